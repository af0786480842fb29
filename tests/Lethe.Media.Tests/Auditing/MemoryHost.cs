using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Media.Auditing;

/// <summary>A host for the rules of memory media, put together fact by fact; what is not said is absent.</summary>
internal sealed class MemoryHost
{
    private readonly List<Fact> facts = [];
    private readonly List<FactEntry> devices = [];
    private FactScope scope = FactScope.Host;
    private IReadOnlyList<string> looked = MediaMatrix.Wants;

    public MemoryHost With(string path, string text)
    {
        facts.Add(new Fact(path, text));
        return this;
    }

    public MemoryHost Sourced(string path, string source, string text)
    {
        facts.Add(new Fact(path, text, Source: source));
        return this;
    }

    public MemoryHost Denied(string path)
    {
        facts.Add(new Fact(path, Problem: "permission denied; run as root"));
        return this;
    }

    public MemoryHost Directory(string path, params FactEntry[] entries)
    {
        facts.Add(new Fact(path, Entries: entries));
        return this;
    }

    /// <summary>A block device with its files in sysfs.</summary>
    public MemoryHost Device(string name, string number, string target, params (string File, string Text)[] files)
    {
        devices.Add(new FactEntry(name, 0, 0, target));
        facts.Add(new Fact($"/sys/class/block/{name}/dev", number + "\n"));
        foreach ((string file, string text) in files) facts.Add(new Fact($"/sys/class/block/{name}/{file}", text + "\n"));
        return this;
    }

    public MemoryHost Slaves(string name, params string[] slaves) =>
        Directory($"/sys/class/block/{name}/slaves/", [.. slaves.Select(slave => new FactEntry(slave, 0, 0, "../../../sda/" + slave))]);

    /// <summary>A disk with two partitions.</summary>
    public MemoryHost Disk() => Device("sda", "8:0", "../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda")
        .Device("sda1", "8:1", "../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1")
        .Device("sda2", "8:2", "../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda2");

    /// <summary>The kernel's words at start about zeroing.</summary>
    public MemoryHost Zeroing(bool onFree) =>
        With(
            "kernel:log",
            "[    0.000000] Linux version 6.1.0-56-cloud-amd64\n[    0.045011] mem auto-init: stack:all(zero), heap alloc:on, heap "
                + $"free:{(onFree ? "on" : "off")}"
        );

    public MemoryHost Swaps(params string[] lines) =>
        With("/proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n" + string.Concat(lines.Select(line => line + "\n")));

    public MemoryHost AtRest()
    {
        scope = FactScope.Root;
        looked =
        [
            .. MediaMatrix.Wants.Where(pattern =>
                pattern.StartsWith("/etc/", StringComparison.Ordinal)
                || pattern.StartsWith("/usr/", StringComparison.Ordinal)
                || pattern.StartsWith("/boot/", StringComparison.Ordinal)
                || pattern.StartsWith("/run/", StringComparison.Ordinal)
            ),
        ];
        return this;
    }

    public MemoryHost NothingLooked()
    {
        looked = [];
        return this;
    }

    public HostFacts Facts =>
        new("test", scope, looked, devices.Count == 0 ? facts : [.. facts, new Fact("/sys/class/block/", Entries: devices)]);

    public Judgement[] Judge(string rule) => [.. MediaMatrix.Rules.Single(entry => entry.Rule.Id == rule).Rule.Judge(Facts)];

    /// <summary>What a rule says, when it says one thing.</summary>
    public Judgement One(string rule) => Assert.Single(Judge(rule));

    public void IsClosed(string rule) =>
        Assert.All(Judge(rule) is { Length: > 0 } all ? all : throw new InvalidOperationException($"{rule} says nothing"), judgement =>
            Assert.Equal(Posture.Closed, judgement.State)
        );

    public Judgement IsOpen(string rule)
    {
        Judgement judgement = One(rule);
        Assert.Equal(Posture.Open, judgement.State);
        Assert.NotEmpty(judgement.Evidence);
        Assert.NotEmpty(judgement.Repairs);
        return judgement;
    }

    public void IsUnknown(string rule) => Assert.Equal(Posture.Unknown, One(rule).State);
}
