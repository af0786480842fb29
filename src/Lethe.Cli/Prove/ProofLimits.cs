using Lethe.Evidence;
using Lethe.Lab;
using Lethe.Lab.Machine;

namespace Lethe.Cli.Prove;

/// <summary>Sizes and counts that fit together.</summary>
/// <param name="Memory">Bytes of memory a machine has.</param>
/// <param name="Plant">Bytes to plant.</param>
/// <param name="Jobs">Machines at once.</param>
internal sealed record ProofLimits(long Memory, long Plant, int Jobs)
{
    // Below this the guest's own programs do not fit.
    private const long LeastMemory = 256L << 20;

    // Routes need room beside the canary: caches, a swapped copy, the scratch disk of 128 MiB.
    private const long MostPlant = 64L << 20, LeastPlant = 64L << 10;

    /// <summary>Reads and checks what the user asked for.</summary>
    /// <exception cref="LabException">Something does not fit.</exception>
    public static ProofLimits Check(string memory, string plant, int jobs)
    {
        long memoryBytes = Size("--memory", memory);
        long plantBytes = Size("--plant", plant);
        if (memoryBytes < LeastMemory || memoryBytes > MachineSpecification.MostMemoryBytes || memoryBytes % (2L << 20) != 0)
            throw Wrong(
                $"--memory {memory} is not possible",
                $"give whole megabytes, an even number of them, from {ByteSize.Format(LeastMemory)} to "
                    + $"{ByteSize.Format(MachineSpecification.MostMemoryBytes)}"
            );
        if (plantBytes * 4 > memoryBytes)
            throw Wrong($"--plant {plant} does not fit into --memory {memory}", "plant at most a quarter of the memory");
        if (plantBytes is < LeastPlant or > MostPlant || plantBytes % (64L << 10) != 0)
            throw Wrong(
                $"--plant {plant} is not possible",
                $"give a multiple of 64 KiB from {ByteSize.Format(LeastPlant)} to {ByteSize.Format(MostPlant)}"
            );
        if (jobs is < 1 or > 64) throw Wrong($"--jobs {jobs} is not possible", "give a number from 1 to 64");
        return new ProofLimits(memoryBytes, plantBytes, jobs);
    }

    private static long Size(string option, string text) =>
        ByteSize.TryParse(text, out long bytes) ? bytes : throw Wrong($"{option} {text} is not a size", "write it like 512M or 8M");

    private static LabException Wrong(string message, string hint) => new(message, hint, ExitCode.Usage);
}
