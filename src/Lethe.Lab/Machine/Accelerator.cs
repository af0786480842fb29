using Lethe.Linux;

namespace Lethe.Lab.Machine;

/// <summary>How machines are run: by the processor (KVM) or by emulation (TCG).</summary>
/// <param name="Name">kvm or tcg.</param>
/// <param name="Description">For people.</param>
internal sealed record Accelerator(string Name, string Description)
{
    private static readonly TimeSpan TrialLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Takes KVM where it really boots a kernel. A device that opens is not enough: some hosts offer it and the guest
    /// hangs. The outcome is kept until the next boot of this machine.
    /// </summary>
    public static async Task<Accelerator> Choose(Cache cache, string kernel, CancellationToken cancel)
    {
        if (!CanOpen()) return new Accelerator("tcg", "emulated, no /dev/kvm");
        string boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", cancel)).Trim();
        string outcome = cache.File($"kvm/{boot}", path => File.WriteAllText(path, Boots(kernel).ToString()));
        bool boots = await File.ReadAllTextAsync(outcome, cancel) == bool.TrueString;
        return boots ? new Accelerator("kvm", "KVM") : new Accelerator("tcg", "emulated, KVM is there but does not boot");
    }

    private static bool CanOpen()
    {
        try
        {
            Descriptor.Open("/dev/kvm", FileCalls.O_RDWR).Dispose();
            return true;
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    /// <summary>
    /// Boots a kernel without anything to run: when it works, it panics over that within a second or two, and the emulator ends.
    /// </summary>
    private static bool Boots(string kernel)
    {
        using Descriptor nothing = Descriptor.Open("/dev/null", FileCalls.O_RDWR);
        using var output = new MemoryFile("output", 0);
        using var process = ChildProcess.Start(
            "/usr/bin/qemu-system-x86_64",
            ["-accel", "kvm", "-cpu", "host", "-machine", "pc", "-m", "256", "-display", "none", "-nodefaults", "-no-reboot",
                "-serial", "stdio", "-kernel", kernel, "-append", "console=ttyS0 panic=-1"],
            [nothing, output.Descriptor, output.Descriptor]);
        long started = Environment.TickCount64;
        while (process.Poll() is null && Environment.TickCount64 - started < TrialLimit.TotalMilliseconds) Thread.Sleep(20);
        return output.ReadText().Contains("Kernel panic", StringComparison.Ordinal);
    }
}
