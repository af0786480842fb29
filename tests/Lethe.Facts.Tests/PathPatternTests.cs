using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Lethe.Facts;

namespace Lethe.Tests.Facts;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("/proc/swaps", "/proc/swaps", true)]
    [InlineData("/proc/swaps", "/proc/swap", false)]
    [InlineData("/proc/swaps", "/proc/swaps/", false)]
    [InlineData("/sys/block/*/dm/uuid", "/sys/block/dm-0/dm/uuid", true)]
    [InlineData("/sys/block/*/dm/uuid", "/sys/block/a/b/dm/uuid", false)]
    [InlineData("/sys/block/*/", "/sys/block/sda/", true)]
    [InlineData("/sys/block/*/", "/sys/block/sda", false)]
    [InlineData("/boot/config-*", "/boot/config-6.1.0", true)]
    [InlineData("/boot/config-*", "/boot/config-", true)]
    [InlineData("/boot/config-*", "/boot/config", false)]
    [InlineData("/boot/*", "/boot/", false)]
    [InlineData("/etc/sysctl.d/*.conf", "/etc/sysctl.d/.conf", true)]
    [InlineData("/etc/sysctl.d/*.conf", "/etc/sysctl.d/a.conf.bak", false)]
    [InlineData("/a/*-*-*", "/a/1-2-3-4", true)]
    [InlineData("/a/b?", "/a/bc", false)]
    [InlineData("/a/b?", "/a/b?", true)]
    [InlineData(@"/a/x\x2dy.swap", @"/a/x\x2dy.swap", true)]
    [InlineData(@"/a/*\x2dy.swap", @"/a/x\x2dy.swap", true)]
    [InlineData("/", "/", true)]
    [InlineData("kernel:log", "kernel:log", true)]
    [InlineData("given:*/*", "given:oci/1", true)]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("", "a", false)]
    public void Patterns_mean_what_they_say(string pattern, string path, bool meant) =>
        Assert.Equal(meant, PathPattern.Matches(pattern, path));

    [Fact]
    public void Only_the_star_is_special_and_it_stays_within_its_part()
    {
        Arbitrary<string> texts = Gen.Elements('a', 'b', '*', '/', '?', '\\', '.')
            .ArrayOf()
            .Select(letters => new string(letters))
            .ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(20_000)), Prop.ForAll(texts, texts, (pattern, path) =>
            PathPattern.Matches(pattern, path)
            == (
                pattern.EndsWith('/') == path.EndsWith('/')
                && Regex.IsMatch(
                    path,
                    "^" + Regex.Escape(pattern).Replace("\\*", "[^/]*", StringComparison.Ordinal) + "\\z",
                    RegexOptions.Singleline
                )
            )
        )
    );
    }

    [Fact]
    public void Many_stars_take_no_long_time() =>
        Assert.False(PathPattern.Matches(string.Concat(Enumerable.Repeat("*a", 2_000)) + "b", new string('a', 20_000)));
}
