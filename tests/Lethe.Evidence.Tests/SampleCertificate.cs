using Lethe.Evidence;
using Lethe.Evidence.Certificates;

namespace Lethe.Tests.Evidence;

/// <summary>Certificates, keys and ledgers to try things on.</summary>
internal static class SampleCertificate
{
    public static readonly DateTimeOffset Time = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    public static readonly Workload Workload = Workload.ProcessTree(["./decrypt", "--key", "s3cret"], record: false);

    public static readonly ProcessIdentity Lethe = new(4242, 99, "b00t");

    public static EndCertificate Of(BegunWorkload begun) => new()
    {
        Id = begun.Id,
        Version = "0.1.0",
        Workload = begun.Workload,
        Began = begun.Began,
        Ended = begun.Began.AddSeconds(3),
        ExitCode = 0,
        Host = new HostState("6.1.0-56-cloud-amd64", "b00t", new EffectiveState(true, false, false)),
        Media =
        [
            new("anonymous-memory", "ptrace", PurgeMethod.Overwrite, 8 << 20, "read back", Verdict.Clean, null),
            new("kernel-buffers", null, PurgeMethod.None, 0, null, Verdict.Inconclusive, "this kernel does not zero on free"),
        ],
        WipedBytes = 8 << 20,
        WipeMs = 12,
    };

    /// <summary>A directory of its own, gone with the test.</summary>
    public sealed class Place : IDisposable
    {
        private readonly string directory = Directory.CreateTempSubdirectory("lethe-test-").FullName;

        public string File(string name) => Path.Combine(directory, name);

        public void Dispose() => Directory.Delete(directory, recursive: true);

        /// <summary>A ledger with some ends, and one workload that nobody ended.</summary>
        public string LedgerWith(int ends, SigningKey key)
        {
            string path = File($"{Guid.NewGuid():N}.sqlite");
            using Ledger ledger = Ledger.OpenOrCreate(path);
            for (int index = 0; index < ends; index++)
                ledger.End(Of(ledger.Begin(Workload, Lethe, Time.AddSeconds(index))), key, Time.AddSeconds(index + 1));
            ledger.Begin(Workload, Lethe, Time.AddSeconds(ends));
            return path;
        }
    }
}
