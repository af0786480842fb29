using Lethe.Linux;

namespace Lethe.Lab.Image;

/// <summary>A read-only disk with programs too large for the guest image: the emulator for the machine inside the machine.</summary>
internal sealed class ToolsDisk(Cache cache)
{
    private const string Emulator = "/usr/bin/qemu-system-x86_64";
    private const string EmulatorModules = "/usr/lib/x86_64-linux-gnu/qemu";
    private const string Firmware = "/usr/share/qemu/kvmvapic.bin";

    /// <summary>Builds the disk, or takes it from the cache.</summary>
    /// <returns>Its path.</returns>
    public string Build() => cache.File($"images/tools-{File.GetLastWriteTimeUtc(Emulator).Ticks:x}.ext4", path =>
    {
        string stage = Directory.CreateTempSubdirectory("lethe-tools-").FullName;
        try
        {
            // The accelerator is a module of its own, and the machine opens one small firmware file.
            string[] accelerator = Directory.Exists(EmulatorModules) ? Directory.GetFiles(EmulatorModules, "accel-tcg-*.so") : [];
            foreach (string file in SharedLibraries.Of(Emulator).Append(Emulator).Concat(accelerator).Append(Firmware).Where(File.Exists))
            {
                string target = stage + file;
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target, overwrite: true);
            }

            Directory.CreateDirectory(stage + "/tmp");
            Directory.CreateDirectory(stage + "/dev");
            Command.Run("/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-d", stage, "-m", "0", "-O", "^has_journal", path, "160M");
        }
        finally
        {
            Directory.Delete(stage, recursive: true);
        }
    });
}
