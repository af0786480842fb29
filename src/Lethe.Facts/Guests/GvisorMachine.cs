using Lethe.Evidence;
using Lethe.Facts.Trees;

namespace Lethe.Facts.Guests;

/// <summary>
/// A sandbox of gVisor, by runsc's flags (runsc/config/flags.go) or <c>runsc.toml</c> of its containerd shim. All memory is one memfd
/// (pkg/sentry/pgalloc), which the host may swap and which ends with the process.
/// </summary>
internal static class GvisorMachine
{
    /// <summary>Where its configuration is found on hosts.</summary>
    public static IReadOnlyList<string> Files { get; } = ["/etc/containerd/runsc.toml"];

    /// <summary>Reads a command line.</summary>
    public static GuestMachine Of(ArgumentList arguments, string name, string source)
    {
        int program = arguments.IndexOfProgram("runsc");
        Citation origin = program >= 0 ? arguments.All[program].Evidence : new Citation(source, null, name);
        return Of(name, origin, flag =>
            arguments.Values(flag).Select(value => ((string, Citation)?)(value.Text, value.Evidence)).LastOrDefault()
            ?? (arguments.Flag(flag) is { } alone ? ("true", alone.Evidence) : null));
    }

    /// <summary>Reads runsc.toml.</summary>
    /// <exception cref="FactsException">It is no TOML.</exception>
    public static GuestMachine Of(Reading file, string name)
    {
        ConfigurationNode flags = TomlTree.Parse(file.Text ?? "", file.Source)["runsc_config"];
        return Of(name, flags.Evidence(file.Source) with { Text = flags.IsPresent ? "[runsc_config]" : "no [runsc_config]" }, flag =>
            flags[flag] is { Value: { } value } node ? (value, node.Evidence(file.Source)) : null
        );
    }

    private static GuestMachine Of(string name, Citation origin, Func<string, (string Value, Citation Evidence)?> flag) =>
        new(MachineMonitor.Gvisor, name, origin)
    {
        Locked = new SwitchSetting(false, origin, IsDefault: true),
        Encrypted = new SwitchSetting(false, origin, IsDefault: true),
        Written = [.. Written(origin, flag)],
    };

    private static IEnumerable<WrittenFile> Written(Citation origin, Func<string, (string Value, Citation Evidence)?> flag)
    {
        // The default keeps what is written to the root file system in a file beside the container's own.
        (string value, Citation evidence) = flag("overlay2") ?? ("root:self", origin);
        string medium = value[(value.IndexOf(':') + 1)..];
        if (value != "none" && medium != "memory")
            yield return new WrittenFile(
                "what its programs write to the root file system",
                medium == "self" ? "a file in the container's root directory" : medium,
                evidence,
                "run runsc with --overlay2=all:memory"
            );
        if (value == "none")
            yield return new WrittenFile(
                "what its programs write to the root file system",
                "the container's root directory",
                evidence,
                "run runsc with --overlay2=all:memory"
            );
        if (flag("strace") is ("true" or "1", var strace))
            yield return new WrittenFile(
                "what its programs pass to the kernel",
                flag("debug-log")?.Value ?? "its log",
                strace,
                "run runsc without --strace"
            );
    }
}
