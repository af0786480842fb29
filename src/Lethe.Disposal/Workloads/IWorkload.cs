using Lethe.Disposal.Planning;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Workloads;

/// <summary>Something that is to be ended so that nothing of it can be read afterwards.</summary>
public interface IWorkload
{
    /// <summary>What kind it is: seals are planned for it.</summary>
    WorkloadKind Kind { get; }

    /// <summary>What its certificate says it was.</summary>
    Workload Identity { get; }

    /// <summary>Starts it under the seals that are in place.</summary>
    /// <param name="seals">The seals; told of its first process before that runs anything of its own.</param>
    /// <param name="ready">Called last before it runs; what it throws keeps that from happening.</param>
    /// <param name="notice">Gets sentences for the user.</param>
    /// <exception cref="WorkloadException">It could not be started, and nothing of it runs.</exception>
    IRunningWorkload Start(AppliedPlan seals, Action ready, Action<string> notice);
}

/// <summary>A workload that runs.</summary>
public interface IRunningWorkload : IDisposable
{
    /// <summary>Sends it a signal; does nothing when it has ended.</summary>
    void Signal(int signal);

    /// <summary>Waits until nothing of it runs any more. Its own memory is wiped by then.</summary>
    WorkloadReport AwaitEnd();
}
