namespace Lethe.Media.Routes;

/// <summary>The encrypted directory that <c>lethe run</c> gives its workload, here on the scratch disk.</summary>
internal static class RunScratch
{
    /// <summary>The environment variable that tells the workload its path.</summary>
    public const string Variable = "LETHE_SCRATCH";

    /// <summary>The options that ask for it. It is half of the disk, eight times what is planted by default.</summary>
    public static IReadOnlyList<string> Options => ["--scratch", "64M", "--scratch-on", Place.ScratchDevice];

    /// <summary>What it needs of the kernel.</summary>
    public static IReadOnlyList<string> Modules => ScratchFileSystem.EncryptedModules;

    /// <summary>The file that routes plant there.</summary>
    /// <exception cref="VoidRunException">There is no such directory.</exception>
    internal static string Secret => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } directory
        ? $"{directory}/secret"
        : throw new VoidRunException($"lethe run gave its workload no {Variable}");
}
