using Lethe.Facts;
using Lethe.Media.Auditing;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Media.Auditing;

/// <summary>
/// What holds for the rules of core dumps, scratch storage, persistent memory, logs and ways to read, whatever they are told.
/// </summary>
public sealed class StorageRulesTests
{
    private static readonly string[] Media = ["core-dump", "scratch-storage", "persistent-memory", "logs", "ways-to-read"];

    private static readonly string[] Words =
    [
        "",
        "0",
        "1",
        "-1",
        "99999999999999999999",
        "|",
        "|/",
        "@",
        "%p",
        "/",
        "[Coredump]",
        "[Journal]",
        "[",
        "Storage=none",
        "Storage=",
        "ProcessSizeMax=0",
        "=",
        "#",
        "-d",
        "-d31",
        "31,",
        "core_collector",
        "makedumpfile",
        "path",
        "raw",
        "ssh",
        "KDUMP_DUMPLEVEL=",
        "KDUMP_SAVEDIR=x://",
        "MAKEDUMP_ARGS=\"",
        "memory",
        "safe",
        "dax",
        "raw",
        "unlocked",
        "identity",
        "DMA",
        "none",
        "[integrity]",
        "flags",
        ":",
        "hypervisor",
        "sme",
        "vendor_id",
        "CONFIG_PROC_KCORE=y",
        "CONFIG_=",
        "issue_discards",
        "24 1 8:1 / / rw - ext4 /dev/sda1 rw,dax",
        "/dev/pmem0 / ext4 dax",
        "vault sda none discard",
        "\0",
        "\ud800",
        "\u001b[31m",
        "disp7",
        "disp",
        "-init",
        "pstore",
        "efivarfs",
        "overlay",
        "upperdir=/",
        "lockdown=",
        "crashkernel=1G",
    ];

    private static readonly (string Medium, Rule Rule)[] Rules =
    [
        .. MediaMatrix.Rules.Where(entry => Media.Contains(entry.Medium.Name)).Select(entry => (entry.Medium.Name, entry.Rule)),
    ];

    private static readonly string[] Wanted =
    [
        .. MediaMatrix.Audits.Where(audit => Media.Contains(audit.Medium.Name)).SelectMany(audit => audit.Wants).Distinct(),
    ];

    [Fact]
    public void Hostile_facts_never_throw()
    {
        var random = new Random(11);
        for (int round = 0; round < 2000; round++)
        {
            var facts = new List<Fact>
            {
                new(
                    "/sys/class/block/",
                    Entries:
                    [
                        .. ((string[])["sda", "sda1", "dm-0", "pmem0", "mmcblk0"]).Select(name => new FactEntry(name, 0, 0, Text(random))),
                    ]
                ),
                new("/sys/class/block/dm-0/slaves/", Entries: [Entry(random), new FactEntry("dm-0", 0, 0)]),
            };
            if (random.Next(2) == 0) facts.Add(new Fact("/etc/qubes-release", "Qubes"));
            for (int count = random.Next(1, 40); count > 0; count--)
            {
                string path = Wanted[random.Next(Wanted.Length)]
                    .Replace("*", ((string[])["x", "dm-0", "pmem0", "namespace0.0"])[random.Next(4)], StringComparison.Ordinal);
                facts.Add(
                    random.Next(8) == 0 ? new Fact(path, Problem: "denied")
                    : path.EndsWith('/') ? new Fact(path, Entries: [.. Enumerable.Range(0, random.Next(5)).Select(_ => Entry(random))])
                    : new Fact(path, Text(random))
                );
            }

            var host = new HostFacts("test", (FactScope)random.Next(3), random.Next(4) == 0 ? [] : MediaMatrix.Wants, facts);
            foreach ((_, Rule rule) in Rules)
                foreach (Judgement judgement in rule.Judge(host)) Assert.NotEmpty(judgement.Summary);
        }
    }

    [Fact]
    public void Of_a_host_of_which_nothing_is_known_nothing_is_closed_or_open()
    {
        foreach (FactScope scope in Enum.GetValues<FactScope>())
            foreach ((_, Rule rule) in Rules)
                Assert.All(rule.Judge(new HostFacts("test", scope, [], [])), judgement =>
                    Assert.Equal((rule.Id, Lethe.Evidence.Audit.Posture.Unknown), (rule.Id, judgement.State))
                );
    }

    [Fact]
    public void Names_begin_with_the_medium_and_routes_are_in_the_catalog() =>
        Assert.All(Rules, entry =>
        {
            Assert.StartsWith(entry.Medium + "/", entry.Rule.Id, StringComparison.Ordinal);
            Assert.All(entry.Rule.Routes, route => Assert.NotNull(Catalog.Find(route)));
        });

    private static FactEntry Entry(Random random) =>
        new(Words[random.Next(Words.Length)], random.NextInt64(), 0, random.Next(2) == 0 ? null : Text(random));

    private static string Text(Random random) =>
        string.Concat(
            Enumerable
                .Range(0, random.Next(20))
                .Select(_ => Words[random.Next(Words.Length)] + ((string[])["\n", " ", " "])[random.Next(3)])
        );
}
