using System.Collections.Concurrent;
using Lethe.Lab.Machine;

namespace Lethe.Lab.Proof;

/// <summary>Machines that stand ready to be copied: each is booted once, however many proofs want it.</summary>
internal sealed class Benches : IDisposable
{
    private readonly ConcurrentDictionary<MachineSpecification, Bench> benches = new();

    /// <summary>The bench of such a machine.</summary>
    /// <param name="specification">What the machine is.</param>
    /// <param name="bootLimit">How long its kernel may take to start the guest program, if it is not booted yet.</param>
    public Bench Of(MachineSpecification specification, TimeSpan bootLimit) =>
        benches.GetOrAdd(specification, wanted => new Bench(wanted, bootLimit));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Bench bench in benches.Values) bench.Dispose();
    }
}
