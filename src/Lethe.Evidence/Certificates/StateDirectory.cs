namespace Lethe.Evidence.Certificates;

/// <summary>Where Lethe keeps what has to outlive it: LETHE_STATE, else lethe in XDG_STATE_HOME, else ~/.local/state/lethe.</summary>
internal static class StateDirectory
{
    /// <summary>The ledger's place.</summary>
    public static string Ledger => Path.Combine(Find(Environment.GetEnvironmentVariable), "ledger.sqlite");

    /// <summary>The signing key's place.</summary>
    public static string SigningKey => Path.Combine(Find(Environment.GetEnvironmentVariable), "signing-key.pem");

    /// <summary>The directory, which may not be there yet.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="EvidenceException">The environment names none.</exception>
    internal static string Find(Func<string, string?> variable)
    {
        if (variable("LETHE_STATE") is { Length: > 0 } own) return Path.GetFullPath(own);
        // The XDG specification has relative paths ignored.
        if (variable("XDG_STATE_HOME") is { Length: > 0 } shared && Path.IsPathRooted(shared)) return Path.Combine(shared, "lethe");
        if (variable("HOME") is { Length: > 0 } home && Path.IsPathRooted(home)) return Path.Combine(home, ".local/state/lethe");
        throw new EvidenceException(
            "there is no state directory: neither LETHE_STATE nor HOME is set",
            "set LETHE_STATE to a directory",
            ExitCode.Configuration
        );
    }
}
