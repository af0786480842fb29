using System.Globalization;
using Lethe.Evidence;
using Lethe.Facts;

namespace Lethe.Media.Auditing;

/// <summary>A file that lives in memory only, as <c>memory-file:</c> facts describe it.</summary>
/// <param name="Name">As processes see it; untrusted.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Made">When it was created, in seconds since 1970; 0 when that is not known.</param>
/// <param name="Holders">The processes that have it open or map it.</param>
/// <param name="Evidence">The fact, in one line.</param>
internal sealed record HeldMemoryFile(string Name, long Bytes, long Made, IReadOnlyList<MemoryHolder> Holders, Citation Evidence)
{
    // Seconds: the start of a process is known to a second, and so is that of the machine.
    private const int Slack = 2;

    /// <summary>Whether all its holders began after it was created; null when that is not known.</summary>
    public bool? IsOrphan =>
        Made == 0 || Holders.Any(holder => holder.Since == 0)
            ? null
            : Holders.Count > 0 && Holders.All(holder => holder.Since > Made + Slack);

    /// <summary>The files that a pattern matches and that are data. A program that is executed from memory is not data.</summary>
    public static IEnumerable<HeldMemoryFile> All(HostFacts facts, string pattern) =>
        facts.Matching(pattern).Where(reading => reading.Text is not null && !reading.Lines.Any(line => line.Text == "program")).Select(Of);

    /// <summary>Judges whether files without a name are still held after their creators have ended.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="pattern">Which files.</param>
    /// <param name="what">What the judgements call them.</param>
    public static IEnumerable<Judgement> JudgeHeld(HostFacts facts, string pattern, string what)
    {
        if (facts.Scope != FactScope.Host) yield break;
        bool complete = facts.IsComplete(pattern, out string problem);
        HeldMemoryFile[] files = [.. All(facts, pattern).Where(file => file.Bytes > 0)];
        // The creator may be among the processes that could not be read.
        HeldMemoryFile[] orphans = complete ? [.. files.Where(file => file.IsOrphan is true)] : [];
        foreach (IGrouping<string, HeldMemoryFile> group in orphans.GroupBy(file => file.Holders[0].Name, StringComparer.Ordinal))
        {
            HeldMemoryFile[] held = [.. group];
            string processes = string.Join(
                ", ",
                held.SelectMany(file => file.Holders).Select(holder => holder.Process).Distinct().Take(5)
            );
            yield return Judgement
                .Open(
                    $"{group.Key} holds {what} of {held.Sum(file => Math.Max(0, file.Bytes >> 10))} KiB that was made before it began",
                    [.. held.Take(5).Select(file => file.Evidence)]
                )
                .About(group.Key)
                .RepairedBy(
                    new ManualRepair(
                        $"end or restart {group.Key} (process {processes}) when what it was handed is no longer needed"
                    )
                );
        }

        if (!complete) yield return Judgement.Unknown($"needs to see what all processes have open ({problem})");
        else if (files.Any(file => file.IsOrphan is null))
            yield return Judgement.Unknown(
                "needs a kernel that says when memfds were made (Linux 5.18)",
                [.. files.Where(file => file.IsOrphan is null).Take(5).Select(file => file.Evidence)]
            );
        else if (orphans.Length == 0)
            yield return Judgement.Closed(
                $"no {what} is held by processes that began after it was made",
                [.. files.Take(5).Select(file => file.Evidence)]
            );
    }

    private static HeldMemoryFile Of(Reading reading)
    {
        long bytes = 0, made = 0;
        var holders = new List<MemoryHolder>();
        foreach (TextLine line in reading.Lines)
        {
            string[] words = line.Words;
            if (words is ["bytes", var length]) bytes = Number(length);
            else if (words is ["made", var time]) made = Number(time);
            else if (words is ["holder", var process, "since", var since, ..])
                holders.Add(new MemoryHolder(process, Number(since), string.Join(' ', words.Skip(4))));
        }

        return new HeldMemoryFile(
            reading.Source,
            bytes,
            made,
            holders,
            new Citation(reading.Source, null, string.Join("; ", reading.Lines.Skip(1).Take(8).Select(line => line.Text.Trim())))
        );
    }

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
}

/// <summary>A process that has such a file open or maps it.</summary>
/// <param name="Process">Its id.</param>
/// <param name="Since">When it began, in seconds since 1970; 0 when that is not known.</param>
/// <param name="Name">Its name; untrusted.</param>
internal sealed record MemoryHolder(string Process, long Since, string Name);
