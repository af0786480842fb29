namespace Lethe.Scanning.Sources.Formats;

/// <summary>Maps page frames to pages of an image. It is built in the image's order and then searched by frame.</summary>
internal sealed class PageFrames
{
    /// <summary>Bounds the memory for a hostile image to 128 MiB.</summary>
    private const int MostRuns = 1 << 22;

    private List<Run> runs = [];

    /// <summary>Consecutive frames.</summary>
    /// <param name="Frame">The first frame.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Index">The image's page of the first frame. The others follow it. Negative for pages of zeros, which are
    /// not stored.</param>
    public readonly record struct Run(long Frame, long Count, long Index);

    /// <summary>The runs. They are in order of frames once <see cref="Sort"/> was called.</summary>
    public IReadOnlyList<Run> Runs => runs;

    /// <summary>Adds the next frame.</summary>
    /// <returns>False when there are more runs than <see cref="MostRuns"/>.</returns>
    public bool TryAdd(long frame, long index)
    {
        if (runs.Count > 0)
        {
            Run last = runs[^1];
            if (last.Frame + last.Count == frame && (index < 0 ? last.Index < 0 : last.Index >= 0 && last.Index + last.Count == index))
            {
                runs[^1] = last with { Count = last.Count + 1 };
                return true;
            }
        }

        if (runs.Count >= MostRuns) return false;
        runs.Add(new Run(frame, 1, index));
        return true;
    }

    /// <summary>Puts the runs in order. If two runs have the same frame, the run that begins first counts.</summary>
    public void Sort()
    {
        var ordered = new List<Run>(runs.Count);
        long end = 0;
        foreach (Run run in runs.OrderBy(run => run.Frame))
        {
            long hidden = Math.Max(0, end - run.Frame);
            if (hidden >= run.Count) continue;
            ordered.Add(new Run(run.Frame + hidden, run.Count - hidden, run.Index < 0 ? run.Index : run.Index + hidden));
            end = run.Frame + run.Count;
        }

        runs = ordered;
    }

    /// <summary>Index of the first run that ends behind a frame.</summary>
    public int IndexOf(long frame)
    {
        int low = 0, high = runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (runs[middle].Frame + runs[middle].Count > frame) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}
