using System.Text;
using Lethe.Linux;

namespace Lethe.Facts.Collecting;

/// <summary>
/// The monitors of virtual machines that run now: <c>vmm:PID</c> is what configures memory among their arguments, one a line;
/// <c>vmm:PID/status</c> what the kernel says of their memory; <c>vmm:PID/config</c> the file that Firecracker was given.
/// Nothing else of their arguments is read out, since passwords stand there.
/// </summary>
internal sealed class RunningMachines : ISpecialFacts
{
    /// <summary>The arguments of all monitors.</summary>
    public const string Arguments = "vmm:*";

    /// <summary>Their configuration files.</summary>
    public const string Configurations = "vmm:*/config";

    /// <summary>Their memory, as <c>/proc/PID/status</c> says it.</summary>
    public const string Statuses = "vmm:*/status";

    private const int MostBytes = 1 << 20, MostMachines = 1000;

    // Names of processes are cut after 15 bytes (TASK_COMM_LEN).
    private static readonly string[] Monitors = ["qemu-system", "qemu-kvm", "kvm", "firecracker", "cloud-hyperviso", "crosvm", "runsc"];

    private static readonly string[] KeptOptions =
    [
        "name", "machine", "M", "m", "object", "mem-path", "mem-prealloc", "overcommit", "realtime", "device", "numa", "incoming", "loadvm",
        "memory", "memory-zone", "balloon", "platform", "restore", "id", "config-file", "hugepages", "lock-guest-memory", "mem",
        "balloon-page-reporting", "overlay2", "strace", "debug-log",
    ];

    // Of objects and devices only these: others hold secrets and paths of disks.
    private static readonly string[] KeptKinds =
    [
        "memory-backend-",
        "sev-",
        "tdx-guest",
        "s390-pv-guest",
        "virtio-balloon",
        "pc-dimm",
        "virtio-mem",
    ];

    /// <inheritdoc/>
    public IEnumerable<Fact> Collect(IReadOnlyList<string> patterns) =>
        RunningProcesses.All().Where(IsMonitor).Take(MostMachines).SelectMany(Facts);

    private static bool IsMonitor(int process)
    {
        if (ShownText.Of($"/proc/{process}/comm")?.TrimEnd('\n') is not { } comm) return false;
        return Monitors.Any(monitor =>
            comm == monitor || (monitor is "qemu-system" or "runsc" && comm.StartsWith(monitor, StringComparison.Ordinal))
        );
    }

    private static IEnumerable<Fact> Facts(int process)
    {
        string name = $"vmm:{process}", directory = $"/proc/{process}";
        if (ShownText.Of(directory + "/cmdline") is not { } line) yield break;
        string[] arguments = line.TrimEnd('\0').Split('\0');
        yield return new Fact(name, string.Join('\n', Kept(arguments)), Source: directory + "/cmdline");
        if (ShownText.Of(directory + "/status") is { } status)
            yield return new Fact(
                name + "/status",
                string.Join('\n', status.Split('\n').Where(text => text.StartsWith("Vm", StringComparison.Ordinal))),
                Source: directory + "/status"
            );
        int given = Array.IndexOf(arguments, "--config-file");
        if (given >= 0 && given + 1 < arguments.Length) yield return Configuration(directory, name + "/config", arguments[given + 1]);
    }

    /// <summary>What of a monitor's arguments is read out: the program, and options that configure memory.</summary>
    internal static IEnumerable<string> Kept(IReadOnlyList<string> arguments)
    {
        if (arguments.Count > 0) yield return Line(arguments[0]);
        for (int at = 1; at < arguments.Count; at++)
        {
            string option = arguments[at].TrimStart('-').Split('=')[0];
            if (!arguments[at].StartsWith('-') || !KeptOptions.Contains(option)) continue;
            bool hasValues = !arguments[at].Contains('=');
            var values = hasValues ? arguments.Skip(at + 1).TakeWhile(value => !value.StartsWith('-')).ToList() : [];
            if (
                option is "object" or "device"
                && !values.TrueForAll(value => KeptKinds.Any(kind => value.Contains(kind, StringComparison.Ordinal)))
            )
                continue;
            yield return Line(arguments[at]);
            foreach (string value in values) yield return Line(value);
        }
    }

    private static string Line(string argument) => argument.ReplaceLineEndings(" ");

    // Below the process's own root, which links never leave: it may be a jail.
    private static Fact Configuration(string directory, string name, string path)
    {
        try
        {
            using Descriptor start = Descriptor.Open(
                directory + (path.StartsWith('/') ? "/root" : "/cwd"),
                FileCalls.O_PATH | FileCalls.O_DIRECTORY
            );
            using Descriptor file = RootedFiles.Open(start, path, FileCalls.O_RDONLY | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY);
            if (!FileStatus.Of(file).IsRegular) return new Fact(name, Problem: "it is no ordinary file", Source: path);
            byte[] room = new byte[MostBytes];
            int length = 0;
            while (length < room.Length && file.ReadSome(room.AsSpan(length)) is > 0 and var got) length += got;
            return new Fact(name, Encoding.UTF8.GetString(room, 0, length), Source: path);
        }
        catch (LinuxException failure)
        {
            return new Fact(
                name,
                Problem: failure.Error is Errno.EACCES or Errno.EPERM
                    ? "permission denied; run as root"
                    : $"it cannot be read (errno {failure.Error})",
                Source: path
            );
        }
    }
}
