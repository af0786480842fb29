using System.Diagnostics;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// Overwrites free memory: it allocates free pages, zeroed, and frees them again. The kernel keeps free pages apart by migrate type
/// (mm/page_alloc.c, fallbacks). So each type is allocated in its own way: as names, objects and page tables. In the end, user
/// pages take nearly everything that is free.
/// </summary>
internal sealed class FreeMemoryScrub
{
    /// <summary>The order that cleared everything in the laboratory; see bench/RESULTS.md.</summary>
    public const string Recipe = "snsonstu";

    private const string UserPagesStep = "user pages";

    // Enough memfds for the inodes' own caches. The absent names take the pages.
    private const int MostNames = 1000;

    private readonly CancellationToken cancel;
    private readonly long most;
    private readonly List<ScrubStep> steps = [];
    private readonly List<string> missing = [];
    private bool pressed;
    private long free, covered;

    private FreeMemoryScrub(long most, CancellationToken cancel)
    {
        this.most = most;
        this.cancel = cancel;
    }

    /// <summary>
    /// Scrubs in this process. <see cref="ScrubProcess"/> is better: what is held here counts as this process's memory when the kernel
    /// looks for a process to kill.
    /// </summary>
    /// <param name="most">The most to hold at once, in bytes.</param>
    /// <param name="recipe">
    /// The order of the steps, a letter each: s shrink caches, n names, o other kernel objects, t page tables, u user pages.
    /// </param>
    /// <param name="cancel">Ends the scrub early; what is held is freed at once.</param>
    public static ScrubResult Run(long most = long.MaxValue, string recipe = Recipe, CancellationToken cancel = default)
    {
        var scrub = new FreeMemoryScrub(most, cancel);
        var clock = Stopwatch.StartNew();
        foreach (char step in recipe)
        {
            if (cancel.IsCancellationRequested) break;
            scrub.Do(step);
        }

        ScrubEnd end = cancel.IsCancellationRequested ? ScrubEnd.Cancelled : scrub.pressed ? ScrubEnd.MemoryPressure : ScrubEnd.Complete;
        return new ScrubResult(end, scrub.free, scrub.covered, clock.ElapsedMilliseconds, scrub.steps, scrub.missing);
    }

    private void Do(char step)
    {
        switch (step)
        {
            case 'n':
                Take("names", (plan, guard) =>
                    OnEveryProcessor(guard, (index, threads) =>
                        [new AbsentNameFiller(plan.Reclaimable / threads, index), new NameFiller(MostNames / threads)]
                    )
                );
                break;
            case 'o':
                ObjectCaches caches = ObjectCaches.Now();
                Take("objects", (_, guard) =>
                    OnEveryProcessor(guard, (index, _) =>
                        [new DatagramFiller(caches), new MessageFiller(caches), new KeyFiller(caches, index), new TerminalFiller()]
                    )
                );
                break;
            case 't': Take("page tables", (plan, guard) => PageTablePages.Clear(plan.Unmovable, guard)); break;
            case 'u':
                Take(UserPagesStep, (plan, guard) =>
                {
                    free = plan.Free;
                    covered = UserPages.Clear(plan.Room, guard);
                    // This step stops when free memory falls to the floor. Much less than the plan means that others took memory.
                    pressed |= covered < plan.Room / 4 * 3;
                    return covered;
                });
                break;
            case 's': Shrink(); break;
            default: throw new ArgumentOutOfRangeException(nameof(step));
        }
    }

    private void Take(string name, Func<ScrubPlan, ScrubGuard, long> take)
    {
        var clock = Stopwatch.StartNew();
        ScrubPlan plan = Plan();
        ScrubGuard guard = ScrubGuard.For(plan, cancel);
        long bytes = take(plan, guard);
        if (name != UserPagesStep) pressed |= guard.Pressed;
        steps.Add(new ScrubStep(name, bytes, clock.ElapsedMilliseconds));
    }

    private void Shrink()
    {
        var clock = Stopwatch.StartNew();
        int caches = SlabCaches.Shrink(cancel);
        if (caches == 0) Miss("kernel object caches were not shrunk (for root only)");
        steps.Add(new ScrubStep("shrink", caches, clock.ElapsedMilliseconds));
    }

    private static long OnEveryProcessor(ScrubGuard guard, Func<int, int, IReadOnlyList<ZeroObjects>> make) =>
        PinnedThreads.Sum(
            (index, threads) =>
    {
        IReadOnlyList<ZeroObjects> kinds = make(index, threads);
        try
        {
            return kinds.Sum(kind => kind.Take(guard));
        }
        finally
        {
            foreach (ZeroObjects kind in kinds) kind.Dispose();
        }
    });

    private ScrubPlan Plan()
    {
        FreeLists? lists = null;
        try
        {
            lists = FreeLists.Parse(File.ReadAllText("/proc/pagetypeinfo"));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Miss("free pages were not told apart by kind (/proc/pagetypeinfo is for root only), so fixed amounts were taken");
        }

        return ScrubPlan.Of(MemoryZone.Parse(File.ReadAllText("/proc/zoneinfo")), lists, Environment.SystemPageSize, most);
    }

    private void Miss(string what)
    {
        if (!missing.Contains(what)) missing.Add(what);
    }
}
