using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.ScratchStorage;

/// <summary>
/// A scratch directory on storage that is encrypted with a random key, which only the kernel has and forgets at the
/// end, whatever ends lethe. Where there is no dm-crypt it is a tmpfs.
/// </summary>
internal sealed class Seal : ISeal
{
    /// <summary>Where the workload finds it.</summary>
    public const string Directory = "/tmp/lethe-scratch";

    public Medium Medium { get; } = new("scratch-storage", "scratch storage");

    public bool NeedsSuperuser => true;

    public SealedMedium Apply(ISealing sealing)
    {
        if (sealing.Options.ScratchBytes is not { } bytes) return new Sealed(Medium, "none was asked for", null, _ => Outcome.Empty("no scratch directory"));
        sealing.SetVariable("LETHE_SCRATCH", Directory);
        if (EncryptedScratch.TryMake(sealing, bytes) is not { } scratch)
        {
            Tmpfs.PrivateTmpfs.Mount(sealing, Directory, Medium.Name, bytes.ToString());
            return new Sealed(Medium, $"tmpfs on {Directory} (no dm-crypt here)", null, end => Outcome.Overwritten(end.ObjectsOf(Medium.Name)));
        }

        sealing.Unshare(Namespaces.CLONE_NEWNS);
        sealing.KeepFilesOf(scratch.Mount, Medium.Name);
        sealing.Mount(scratch.Mount, Directory);
        return new Encrypted(Medium, scratch);
    }

    private sealed class Encrypted(Medium medium, EncryptedScratch scratch) : SealedMedium
    {
        public override string? How => $"dm-crypt with a random key on {Directory}";

        public override MediumOutcome End(WorkloadEnd end)
        {
            ObjectsOutcome files = end.ObjectsOf(medium.Name);
            Outcome outcome = !scratch.Close()
                ? new Outcome(PurgeMethod.CryptographicErase, files.WipedBytes, null, Verdict.Residue, "the encrypted device is still there, and its key with it")
                : files.Missed is { } missed
                    ? new Outcome(PurgeMethod.CryptographicErase, files.WipedBytes, "the device is gone", Verdict.Inconclusive, missed)
                    : new Outcome(PurgeMethod.CryptographicErase, files.WipedBytes, $"the device is gone; {files.Seen} files were overwritten in the page cache", Verdict.Clean, null);
            return outcome.Of(medium, How);
        }

        public override void Abandon() => scratch.Close();
    }
}
