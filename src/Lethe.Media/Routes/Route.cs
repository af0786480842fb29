using Lethe.Canaries;

namespace Lethe.Media.Routes;

/// <summary>
/// One way data gets into a medium and is left there. A route has these steps, in this order: <see cref="Prepare"/>,
/// <see cref="Plant"/>, <see cref="Hold"/>, (the laboratory looks: the positive control), <see cref="EndInWorkload"/>,
/// <see cref="End"/>, (the laboratory looks again). Each step runs in the workload, the process that ends, or in the keeper,
/// the process that stays.
/// </summary>
/// <param name="way">The second half of the route's name.</param>
/// <param name="meaning">What happens, in one sentence for people.</param>
internal abstract class Route(string way, string meaning)
{
    /// <summary>The second half of the name.</summary>
    public string Way { get; } = way;

    /// <summary>What happens, in one sentence for people.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>
    /// True when the workload runs under <c>lethe run</c>. Its end is then the end of <c>lethe run</c>, and Lethe has to clear
    /// what it left. So no route is a control any more, and the keeper unmounts nothing.
    /// </summary>
    public bool Protected { get; internal set; }

    /// <summary>What is different under <c>lethe run</c>, in one sentence; null when nothing is.</summary>
    public virtual string? WhenProtected => null;

    /// <summary>Why the route does not run under <c>lethe run</c>; null when it does.</summary>
    public virtual string? LeftOut => null;

    /// <summary>The directory that <c>lethe run</c> has to make volatile for this route, or null.</summary>
    public virtual string? VolatileDirectory => null;

    /// <summary>True when the data is kept on purpose, to show that the detector sees it.</summary>
    public virtual bool IsControl => false;

    /// <summary>The form in which the canary is written.</summary>
    public virtual CanaryForm Form => CanaryForm.Binary;

    /// <summary>The place where the canary must be found while the workload lives.</summary>
    public virtual string LivePlace => Place.Ram;

    /// <summary>Kernel modules the route needs, by name; built-in ones do no harm.</summary>
    public virtual IReadOnlyList<string> Modules => [];

    /// <summary>The most the medium takes, in bytes.</summary>
    public virtual long MostBytes => long.MaxValue;

    /// <summary>True when the machine hibernates and resumes between the positive control and the end.</summary>
    public virtual bool Hibernates => false;

    /// <summary>False when <see cref="EndInWorkload"/> never returns, because it ends the process or executes another program.</summary>
    public virtual bool EndReturns => true;

    /// <summary>Keeper: prepares what the workload will use.</summary>
    public virtual void Prepare(IKeeper keeper)
    {
    }

    /// <summary>Workload: puts the canary into its place, and nowhere else.</summary>
    /// <returns>Bytes planted.</returns>
    /// <exception cref="UnsupportedException">This kernel cannot do it.</exception>
    /// <exception cref="RefusedException">A seal refused it.</exception>
    public abstract long Plant(Planting planting);

    /// <summary>Keeper: does what has to happen after planting and before the end.</summary>
    public virtual void Hold(IKeeper keeper)
    {
    }

    /// <summary>Workload: does what it has to do at its end, while it still runs.</summary>
    public virtual void EndInWorkload()
    {
    }

    /// <summary>Keeper: ends the workload, or removes what it left.</summary>
    public virtual void End(IKeeper keeper)
    {
    }
}

/// <summary>What a route may ask of the keeper, the process that stays.</summary>
internal interface IKeeper
{
    /// <summary>The workload's process id.</summary>
    int Workload { get; }

    /// <summary>How much to plant, in bytes.</summary>
    long Bytes { get; }

    /// <summary>Lets the workload exit by itself, and waits until it has. Under <c>lethe run</c> it waits for the end of lethe.</summary>
    /// <exception cref="VoidRunException">It ended in another way, or not.</exception>
    void LetWorkloadExit();

    /// <summary>Kills the workload with SIGKILL and waits until it is gone.</summary>
    /// <exception cref="VoidRunException">It ended in another way, or not.</exception>
    void KillWorkload();

    /// <summary>
    /// Makes the workload crash, and waits until it is gone and its core dump is written. Under <c>lethe run</c> there must be no
    /// core dump. The laboratory's look finds out whether there was one; it does not make the run void.
    /// </summary>
    /// <exception cref="VoidRunException">There was no core dump, without <c>lethe run</c>.</exception>
    void CrashWorkload();

    /// <summary>Waits until the workload has become another program of that name.</summary>
    void AwaitWorkloadProgram(string name);

    /// <summary>Waits until the kernel has killed the workload.</summary>
    /// <exception cref="VoidRunException">It ended in another way, or not.</exception>
    void AwaitWorkloadKill();
}

/// <summary>This kernel or machine cannot do what a route needs.</summary>
public sealed class UnsupportedException(string reason) : Exception(reason);

/// <summary>A seal of <c>lethe run</c> refused what a route does, so nothing got into the medium.</summary>
internal sealed class RefusedException(string reason) : Exception(reason);

/// <summary>A route did not reach the state that it is about, so its outcome would mean nothing.</summary>
internal sealed class VoidRunException(string reason) : Exception(reason);
