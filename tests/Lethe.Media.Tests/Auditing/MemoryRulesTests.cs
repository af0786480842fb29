using Lethe.Facts;
using Lethe.Media.Auditing;
using Lethe.Media.Hosts;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Media.Auditing;

/// <summary>What holds for every rule of the memory media.</summary>
public sealed class MemoryRulesTests
{
    private static readonly string[] Words =
    [
        "",
        "\n",
        " ",
        "0",
        "1",
        "-1",
        "99999999999999999999",
        "/",
        "/dev/sda2",
        "/dev/dm-1",
        "partition",
        "file",
        "\\040",
        "\\999",
        "\\",
        "[",
        "]",
        "=",
        "swap",
        "none",
        "tmpfs",
        "-",
        ",",
        ":",
        "\0",
        "…",
        "\u001b[31m",
        "#",
        "8:2",
        "[zram0]",
        "writeback-device",
        "scrub-domheap",
        "xen_commandline",
        "VmLck:",
        "VmSwap:",
        "kB",
        "holder",
        "since",
        "bytes",
        "made",
        "signature",
        "saved",
        "S1SUSPEND",
        "shmid",
        "size",
        "nattch",
        "uid",
        "QSIZE:",
        "caches,",
        "poisoned",
        "disk",
        "Y",
    ];

    // Files that rules read, without those in directories of many.
    private static readonly string[] Paths =
    [
        .. MediaMatrix.Wants
            .Where(pattern => !pattern.EndsWith('/'))
            .Select(pattern => pattern.Replace("*", "x", StringComparison.Ordinal)),
    ];

    [Fact]
    public void A_host_of_which_nothing_is_known_has_no_closed_medium_but_what_has_no_medium_of_its_own() =>
        Assert.All(HostAudit.Of(new HostFacts("test", FactScope.Host, [], []), Profile.Everything).Media, medium =>
            Assert.NotEqual(Lethe.Evidence.Audit.Posture.Closed, medium.State)
        );

    [Fact]
    public void Hostile_facts_never_throw()
    {
        var random = new Random(5);
        for (int round = 0; round < 3000; round++)
        {
            var facts = new List<Fact>();
            for (int count = random.Next(1, 40); count > 0; count--) facts.Add(new Fact(Paths[random.Next(Paths.Length)], Text(random)));
            facts.Add(
                new Fact(
                    "/sys/class/block/",
                    Entries:
                    [
                        .. Enumerable
                            .Range(0, random.Next(4))
                            .Select(_ => new FactEntry(Name(random), random.NextInt64(), 0, Text(random))),
                    ]
                )
            );
            facts.Add(new Fact("/sys/class/block/sda2/slaves/", Entries: [new FactEntry(Name(random), 0, 0)]));
            facts.Add(new Fact("/sys/class/block/dm-1/slaves/", Entries: [new FactEntry(Name(random), 0, 0), new FactEntry("sda2", 0, 0)]));
            facts.Add(new Fact("/sys/kernel/mm/hugepages/", Entries: [new FactEntry("x", -1, 0)]));
            var host = new HostFacts("test", (FactScope)random.Next(3), MediaMatrix.Wants, facts);
            foreach ((_, Rule rule) in MediaMatrix.Rules) Assert.All(rule.Judge(host), judgement => Assert.NotEmpty(judgement.Summary));
        }
    }

    private static string Name(Random random) => random.Next(3) switch { 0 => "sda2", 1 => "dm-1", _ => "zram0" };

    private static string Text(Random random) =>
        string.Concat(
            Enumerable.Range(0, random.Next(30)).Select(_ => Words[random.Next(Words.Length)] + (random.Next(4) == 0 ? "\n" : " "))
        );
}
