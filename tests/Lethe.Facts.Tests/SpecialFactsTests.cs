using System.Diagnostics;
using System.Globalization;
using Lethe.Facts;
using Lethe.Facts.Collecting;

namespace Lethe.Tests.Facts;

/// <summary>What is no file's text, collected from this very machine.</summary>
public sealed class SpecialFactsTests
{
    private static string Id => Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    [Fact]
    public void A_memory_file_is_told_with_who_holds_it_and_since_when()
    {
        using var file = new Lethe.Linux.MemoryFile("lethe-fact", 12345);
        HostFacts facts = LiveFacts.Collect(["memory-file:memfd/*"]);
        Reading found = Assert.Single(facts.Matching("memory-file:memfd/*"), reading => reading.Source == "/memfd:lethe-fact (deleted)");
        Assert.Contains(found.Lines, line => line.Text == "bytes 12345");
        TextLine holder = Assert.Single(found.Lines, line => line.Words is ["holder", ..]);
        Assert.Equal(Id, holder.Words[1]);
        long since = long.Parse(holder.Words[3], CultureInfo.InvariantCulture),
            began = new DateTimeOffset(Process.GetCurrentProcess().StartTime.ToUniversalTime()).ToUnixTimeSeconds();
        Assert.InRange(since, began - 2, began + 2);
    }

    [Fact]
    public void A_shared_file_that_nobody_has_open_has_no_holder()
    {
        string path = $"/dev/shm/lethe-fact-{Id}";
        try
        {
            File.WriteAllText(path, "left");
            Assert.DoesNotContain("holder", Told(path), StringComparison.Ordinal);
            using FileStream open = File.OpenRead(path);
            Assert.Contains($"holder {Id} ", Told(path), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        static string Told(string path) =>
            LiveFacts.Collect(["memory-file:named/*"]).Read("memory-file:named/" + Path.GetFileName(path)).Text!;
    }

    [Fact]
    public void Only_processes_that_were_asked_for_are_told()
    {
        string name = File.ReadAllText("/proc/self/comm").TrimEnd('\n');
        HostFacts facts = LiveFacts.Collect([$"process:{name}/*"]);
        Assert.Contains(facts.Read($"process:{name}/{Id}").Lines, line => line.Words is ["VmSwap:", _, "kB"]);
        Assert.All(facts.All, fact => Assert.StartsWith($"process:{name}/", fact.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_not_asked_for_is_not_collected() =>
        Assert.Empty(LiveFacts.Collect(["xen:other", "slab:other", "swap-header:other"]).All);
}
