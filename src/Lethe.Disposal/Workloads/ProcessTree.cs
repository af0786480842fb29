using System.Text;
using Lethe.Disposal.Planning;
using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Workloads;

/// <summary>
/// A command and every process that comes of it. It is started by this program's own file, which has to play its <see cref="Roles"/>,
/// and followed to the end of its last process.
/// </summary>
public sealed class ProcessTree : IWorkload
{
    private readonly Func<RawStrings> arguments;
    private readonly Lazy<Workload> identity;

    /// <summary>A command.</summary>
    /// <param name="command">Its words, the program first: a path, or a name that is looked up in PATH.</param>
    public ProcessTree(IReadOnlyList<byte[]> command)
        : this(() => RawStrings.Of([.. command]), [.. command.Select(Encoding.UTF8.GetString)])
    {
    }

    /// <summary>A command, its words as UTF-8.</summary>
    /// <param name="command">Its words, the program first.</param>
    public ProcessTree(params IReadOnlyList<string> command)
        : this([.. command.Select(Encoding.UTF8.GetBytes)])
    {
    }

    private ProcessTree(Func<RawStrings> arguments, IReadOnlyList<string> names)
    {
        if (names.Count == 0) throw new ArgumentException("a command has at least one word", nameof(names));
        this.arguments = arguments;
        Names = names;
        identity = new(() => HashesCommand ? Workload.ProcessTree(names, RecordsCommand) : new Workload("process-tree", "", names));
    }

    /// <summary>The command at the end of this process's own arguments, byte for byte as the kernel has them.</summary>
    /// <param name="names">Its words as text.</param>
    /// <param name="records">Whether its certificate holds the command line, not only its hash.</param>
    /// <param name="hashes">Whether its certificate holds the hash.</param>
    public static ProcessTree AtEndOfOwnArguments(IReadOnlyList<string> names, bool records = false, bool hashes = true) =>
        new(RawStrings.Arguments, names) { RecordsCommand = records, HashesCommand = hashes };

    /// <summary>Its environment, each variable as <c>NAME=value</c>; null for this process's own.</summary>
    public IReadOnlyList<byte[]>? Environment { get; init; }

    /// <summary>What it gets as descriptors 0, 1 and 2; null for this process's own. They stay the caller's.</summary>
    public IReadOnlyList<Descriptor>? StandardStreams { get; init; }

    /// <summary>Whether its certificate holds the command line, not only its hash.</summary>
    public bool RecordsCommand { get; init; }

    /// <summary>
    /// Whether its certificate holds the command line's hash: for that OpenSSL is loaded. Without, it holds the command line.
    /// </summary>
    public bool HashesCommand { get; init; } = true;

    /// <inheritdoc/>
    public WorkloadKind Kind => WorkloadKind.ProcessTree;

    /// <inheritdoc/>
    public Workload Identity => identity.Value;

    /// <summary>The command's words as text.</summary>
    internal IReadOnlyList<string> Names { get; }

    /// <inheritdoc/>
    public IRunningWorkload Start(AppliedPlan seals, Action ready, Action<string> notice)
    {
        using RawStrings line = arguments(), variables = Environment is null ? RawStrings.Variables() : RawStrings.Of([.. Environment]);
        return TracedTree.Start(
            new LaunchCommand(Names[0], [.. line.Pointers.TakeLast(Names.Count)], variables.Pointers, StandardStreams),
            seals,
            ready,
            notice
        );
    }
}
