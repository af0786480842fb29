using Lethe.Evidence;
using Lethe.Media.Hosts;
using Lethe.Media.Matrix;

namespace Lethe.Cli.Audit;

/// <summary>The profile the user asked for, by name or in a file.</summary>
internal static class WantedProfile
{
    private const int MostSuggestions = 3;

    /// <summary>Finds or reads it.</summary>
    /// <param name="wanted">A name or a path.</param>
    /// <exception cref="EvidenceException">There is none, or the file is wrong.</exception>
    public static Profile Of(string wanted)
    {
        if (Profiles.Find(wanted) is { } known) return known;
        if (!File.Exists(wanted))
            throw new EvidenceException(
                $"there is no profile '{wanted}'",
                $"did you mean {Spelling.Nearest(wanted, Profiles.All.Select(profile => profile.Name)).First()}? All of them: lethe audit "
                    + "profiles; or give a file",
                ExitCode.Usage
            );
        try
        {
            return ProfileFile.Parse(TextOf(wanted), wanted);
        }
        catch (ProfileException failure)
        {
            throw new EvidenceException(
                failure.Message,
                failure.UnknownRule is { } unknown ? Suggestion(unknown) : failure.Hint,
                ExitCode.Configuration
            );
        }
    }

    private static string Suggestion(string unknown)
    {
        string[] rules = [.. MediaMatrix.Rules.Select(entry => entry.Rule.Id)];
        // What has a star is compared with what may stand in its place.
        IEnumerable<string> known = unknown.EndsWith("/*", StringComparison.Ordinal)
            ? rules.Select(rule => rule[..rule.IndexOf('/')] + "/*").Distinct()
            : rules;
        return $"did you mean {string.Join(", ", Spelling.Nearest(unknown, known).Take(MostSuggestions))}? All of them: lethe audit rules";
    }

    // No more than a profile can have: whatever the path leads to.
    private static string TextOf(string path)
    {
        using var reader = new StreamReader(path);
        char[] text = new char[ProfileFile.MostCharacters + 1];
        return new string(text, 0, reader.ReadBlock(text));
    }
}
