namespace Lethe.Media.Sealing;

/// <summary>
/// One line of what lethe tells the launcher, the process that becomes the workload: a word, and arguments separated by
/// tabs. The launcher does them in order, in the thread that executes the workload.
/// </summary>
public static class LaunchStep
{
    /// <summary>Leave these namespaces (a number of CLONE_ bits).</summary>
    public const string Unshare = "unshare";

    /// <summary>Attach the mount of a descriptor to a directory.</summary>
    public const string Attach = "attach";

    /// <summary>Make a directory that only its owner may use.</summary>
    public const string MakeDirectory = "make-directory";

    /// <summary>Make a device file unusable.</summary>
    public const string ForbidDevice = "forbid-device";

    /// <summary>Make every mount read-only.</summary>
    public const string ReadOnly = "read-only";

    /// <summary>Begin with an empty session keyring.</summary>
    public const string NewSessionKeyring = "new-session-keyring";

    /// <summary>Make no core dumps.</summary>
    public const string NoCoreDumps = "no-core-dumps";

    /// <summary>Use no transparent huge pages.</summary>
    public const string NoTransparentHugePages = "no-transparent-huge-pages";

    /// <summary>Install the filter: strict or not, and what becomes of memfds.</summary>
    public const string Filter = "filter";

    /// <summary>Use so many of the environment variables.</summary>
    public const string Variables = "variables";

    /// <summary>Give these signals (numbers separated by commas) their default meaning again, for the command.</summary>
    public const string DefaultSignals = "default-signals";

    /// <summary>Execute; the last line.</summary>
    public const string Execute = "execute";

    /// <summary>The launcher's answer: it has done all steps; the listener's descriptor number, or -1.</summary>
    public const string Ready = "ready";

    /// <summary>The launcher's answer: a step failed; errno and a sentence.</summary>
    public const string Failed = "failed";

    /// <summary>The launcher's answer: the command could not be executed; errno.</summary>
    public const string NotExecuted = "not-executed";
}
