using System.Diagnostics;
using Lethe.Canaries;
using Lethe.Media.GuestMemory;

namespace Lethe.Tests.Media;

public sealed class FillingRomTests
{
    [Fact]
    public void The_bytes_are_those_of_the_source()
    {
        string directory = Directory.CreateTempSubdirectory().FullName;
        Run("gcc", $"-c -o {directory}/rom.o {SourceTree.Root}/src/Lethe.Media/GuestMemory/FillingRom.S");
        Run("objcopy", $"-O binary -j .text {directory}/rom.o {directory}/rom.bin");
        byte[] assembled = File.ReadAllBytes($"{directory}/rom.bin");
        Directory.Delete(directory, recursive: true);
        var canary = new Canary(0x9123456789abcdef, CanaryForm.Binary);
        byte[] image = FillingRom.Image(canary, 4096);
        // The first 16 bytes are the seed and the count, which the source leaves empty.
        Assert.Equal(assembled.AsSpan(16), image.AsSpan(16));
        Assert.Equal(canary.Basis, BitConverter.ToUInt64(image));
        Assert.Equal(512, BitConverter.ToInt64(image, 8));
    }

    private static void Run(string program, string arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
