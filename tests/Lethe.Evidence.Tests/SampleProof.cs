using Lethe.Evidence;
using Lethe.Evidence.Proof;

namespace Lethe.Tests.Evidence;

/// <summary>A small proof with one run of every kind.</summary>
internal static class SampleProof
{
    private static readonly EffectiveState Default = new(InitOnAlloc: true, InitOnFree: false, PagePoison: false);
    private static readonly EffectiveState Zeroing = Default with { InitOnFree = true };

    public static ProofReport Report { get; } = new()
    {
        Version = "0.1.0",
        Started = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero),
        DurationMs = 61_000,
        Accelerator = "tcg",
        MemoryBytes = 512 << 20,
        PlantBytes = 8 << 20,
        OptionSets = ["", "init_on_free=1"],
        ProtectedWith = "--strict",
        Routes =
        [
            new("anonymous-memory/exit", "anonymous-memory", "the process exits", false),
            new("tmpfs/kept", "tmpfs", "the process exits and leaves the file", true),
            new(
                "kernel-log/cleared",
                "kernel-log",
                "text was written to /dev/kmsg, and the log is cleared",
                false,
                WhenProtected: "the process tries to write, which has to be refused"
            ),
            new(
                "swap/exit",
                "swap",
                "a process that was swapped out exits",
                false,
                WhenProtected: "the kernel is asked to swap the process out, and must not"
            ),
            new("zram/exit", "zram", "a process that was swapped out to zram exits", false),
            new(
                "hibernation/image-after-resume",
                "hibernation",
                "the machine hibernates and resumes, then the process exits",
                false,
                LeftOut: "the whole machine hibernates"
            ),
        ],
        Runs =
        [
            Run("anonymous-memory/exit", "", Verdict.Residue) with { Residue = [Ram(("free", 8_000_000), ("free-per-cpu", 388_608))] },
            Run("anonymous-memory/exit", "init_on_free=1", Verdict.Clean) with { Residue = [Ram()] },
            Run("anonymous-memory/exit", "", Verdict.Clean) with { Protection = Protection.Lethe, Residue = [Ram()] },
            Run("anonymous-memory/exit", "init_on_free=1", Verdict.Clean) with { Protection = Protection.Lethe, Residue = [Ram()] },
            Run("tmpfs/kept", "", Verdict.Residue) with { Control = true, Residue = [Ram(("shmem", 8 << 20))] },
            Run("tmpfs/kept", "init_on_free=1", Verdict.Residue) with { Control = true, Residue = [Ram(("shmem", 8 << 20))] },
            Run("tmpfs/kept", "", Verdict.Residue) with { Protection = Protection.Lethe, Residue = [Ram(("free", 8))] },
            Run("kernel-log/cleared", "", Verdict.Unsupported) with
            {
                Protection = Protection.Lethe,
                PlantedBytes = 0,
                LiveBytes = 0,
                Timings = null,
                Refused = true,
                Reason = "refused by the seal: open /dev/kmsg: Permission denied",
            },
            Run("swap/exit", "", Verdict.Residue) with
            {
                Residue = [Ram(("free", 8 << 20), ("slab", 16)), new Residue("swap-disk", 8 << 20, null)],
            },
            Run("swap/exit", "init_on_free=1", Verdict.Inconclusive) with
            {
                LiveBytes = 0,
                Timings = null,
                Reason = "only <b>0 B</b> were seen",
            },
            Run("zram/exit", "", Verdict.Unsupported) with
            {
                PlantedBytes = 0,
                LiveBytes = 0,
                Timings = null,
                Reason = "this kernel has no module zram",
            },
            Run("zram/exit", "init_on_free=1", Verdict.Inconclusive) with
            {
                PlantedBytes = 0,
                LiveBytes = 0,
                Timings = null,
                LostMachine = true,
                Reason = "the machine was lost twice",
            },
        ],
    };

    private static RouteRun Run(string route, string options, Verdict verdict) => new()
    {
        Route = route,
        Medium = route[..route.IndexOf('/')],
        Kernel = "6.1.0-56-cloud-amd64",
        Options = options,
        Effective = options.Length == 0 ? Default : Zeroing,
        PlantedBytes = 8 << 20,
        LiveBytes = 8 << 20,
        SettledMs = 12,
        DurationMs = 4000,
        Timings = new RouteTimings(300, 1200, 100, 700, 6),
        Verdict = verdict,
    };

    private static Residue Ram(params (string State, long Bytes)[] states) =>
        new("ram", states.Sum(state => state.Bytes), states.ToDictionary(state => state.State, state => state.Bytes));
}
