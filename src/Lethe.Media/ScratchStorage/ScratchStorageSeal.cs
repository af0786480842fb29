using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Media.ScratchStorage;

/// <summary>
/// A scratch directory on storage that is encrypted with a random key. Only the kernel has the key, and drops it at the end,
/// however lethe ends. Without dm-crypt the directory is a tmpfs.
/// </summary>
internal sealed class ScratchStorageSeal : ISeal
{
    /// <summary>The directory's path for the workload.</summary>
    public const string Directory = "/tmp/lethe-scratch";

    public Medium Medium => Medium.ScratchStorage;

    public bool NeedsSuperuser => true;

    public SealPlan Plan(SealConditions conditions)
    {
        SealOptions options = conditions.Options;
        if (options.ScratchBytes is not { } bytes) return new SealPlan("none was asked for");
        string? destroyed = options.ScratchOn is { } place ? ScratchDevice.Destroyed(place, options.OverwritesDevice) : null;
        SealPlan plan = EncryptedScratch.IsPossible
            ? new SealPlan($"dm-crypt with a random key on {Directory}") { Destroys = destroyed is null ? [] : [destroyed] }
            : new SealPlan($"tmpfs on {Directory} (no dm-crypt here)") { FileSystems = [Tmpfs.PrivateTmpfs.On(Directory, $"{bytes}")] };
        return plan with { Variables = [("LETHE_SCRATCH", Directory)] };
    }

    public SealedMedium Apply(SealPlan plan, ISealing sealing)
    {
        SealOptions options = sealing.Conditions.Options;
        if (options.ScratchBytes is not { } bytes) return new Sealed(Medium, plan, _ => Outcome.Empty("no scratch directory"));
        if (plan.FileSystems.Count > 0) return new Sealed(Medium, plan, end => Outcome.Overwritten(end.ObjectsOf(Medium)));
        EncryptedScratch scratch = EncryptedScratch.Make(sealing.Id, options.ScratchOn ?? EncryptedScratch.DefaultPlace, bytes);
        sealing.MountPrivately(scratch.Mount, Directory, Medium);
        return new Encrypted(Medium, plan, scratch);
    }

    private sealed class Encrypted(Medium medium, SealPlan plan, EncryptedScratch scratch) : SealedMedium
    {
        public override string? How => plan.How;

        public override MediumOutcome End(WorkloadEnd end)
        {
            ObjectsOutcome files = end.ObjectsOf(medium);
            Outcome outcome = !scratch.Close()
                ? new Outcome(
                    PurgeMethod.CryptographicErase,
                    files.WipedBytes,
                    null,
                    Verdict.Residue,
                    "the encrypted device is still there, and its key with it"
                )
                : files.Missed is { } missed
                    ? new Outcome(PurgeMethod.CryptographicErase, files.WipedBytes, "the device is gone", Verdict.Inconclusive, missed)
                    : new Outcome(
                        PurgeMethod.CryptographicErase,
                        files.WipedBytes,
                        $"the device is gone; {files.Seen} files were overwritten in the page cache",
                        Verdict.Clean,
                        null
                    );
            return outcome.Of(medium, How);
        }

        public override void Abandon() => scratch.Close();
    }
}
