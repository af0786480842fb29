using Lethe.Evidence;
using Lethe.Linux;

namespace Lethe.Lab;

/// <summary>The programs the laboratory uses, and where they come from.</summary>
internal static class Prerequisites
{
    /// <summary>A program and the Debian package that has it.</summary>
    public sealed record Requirement(string Program, string Package);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Requirement> All { get; } =
    [
        new("/usr/bin/qemu-system-x86_64", "qemu-system-x86"),
        new("/bin/busybox", "busybox-static"),
        new("/bin/kmod", "kmod"),
        new("/sbin/depmod", "kmod"),
        new("/sbin/cryptsetup", "cryptsetup-bin"),
        new("/sbin/mke2fs", "e2fsprogs"),
        new("/usr/bin/ndctl", "ndctl"),
        new("/usr/bin/setpriv", "util-linux"),
        new("/usr/bin/ldd", "libc-bin"),
        new("/sbin/ldconfig", "libc-bin"),
    ];

    /// <summary>What this machine lacks.</summary>
    public static IReadOnlyList<Requirement> Missing(Func<string, bool> exists) =>
        [.. All.Where(requirement => !exists(requirement.Program))];

    /// <summary>The one command that gets them.</summary>
    public static string InstallCommand(IEnumerable<Requirement> missing) =>
        $"apt-get install --no-install-recommends -y {string.Join(' ', missing.Select(requirement => requirement.Package).Distinct())}";

    /// <summary>Installs what is missing, on Debian as root; elsewhere says what is missing and how to get it.</summary>
    /// <param name="progress">Told what is being done.</param>
    /// <exception cref="LabException">Something is missing and cannot be installed here.</exception>
    public static void Ensure(Action<string> progress)
    {
        IReadOnlyList<Requirement> missing = Missing(File.Exists);
        if (missing.Count == 0) return;
        string command = InstallCommand(missing);
        if (!ChildProcess.IsSuperuser || !File.Exists("/etc/debian_version"))
        {
            string programs = string.Join(", ", missing.Select(requirement => Path.GetFileName(requirement.Program)));
            string what = File.Exists("/etc/debian_version")
                ? $"run: sudo {command}"
                : $"install them with this system's packages (on Debian: {command})";
            throw new LabException($"these programs are missing: {programs}", what, ExitCode.Unsupported);
        }

        progress($"installing {string.Join(", ", missing.Select(requirement => requirement.Package).Distinct())}");
        try
        {
            Install(command);
        }
        catch (IOException failure)
        {
            throw new LabException(
                $"could not install what is missing: {failure.Message}",
                $"run it by hand: {command}",
                ExitCode.Unsupported
            );
        }
    }

    private static void Install(string command)
    {
        string[] quiet = ["-c", $"export DEBIAN_FRONTEND=noninteractive; {command} || {{ apt-get -q update && {command}; }}"];
        Command.Run("/bin/sh", quiet);
        if (Missing(File.Exists) is { Count: > 0 } still) throw new IOException($"{still[0].Program} is still not there");
    }
}
