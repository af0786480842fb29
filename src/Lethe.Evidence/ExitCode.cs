namespace Lethe.Evidence;

/// <summary>What the process returns (design: one meaning in every command; incomplete is never 0).</summary>
public static class ExitCode
{
    /// <summary>Clean, or proved.</summary>
    public const int Clean = 0;

    /// <summary>Something failed on the way.</summary>
    public const int OperationalError = 1;

    /// <summary>Residue, or failed findings.</summary>
    public const int Residue = 2;

    /// <summary>Could not be decided.</summary>
    public const int Inconclusive = 3;

    /// <summary>Not possible on this machine.</summary>
    public const int Unsupported = 4;

    /// <summary>The command line is wrong (sysexits.h EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>A permission is missing (sysexits.h EX_NOPERM).</summary>
    public const int Permission = 77;

    /// <summary>Something configured is wrong (sysexits.h EX_CONFIG).</summary>
    public const int Configuration = 78;

    /// <summary>Ended by Ctrl-C (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
