using System.CommandLine;
using Lethe.Evidence;
using Lethe.Scanning.Search;
using Lethe.Scanning.Secrets;

namespace Lethe.Cli.Scan;

/// <summary>The options that say what a scan looks for, and the detectors they ask for.</summary>
internal static class WantedOptions
{
    // Files to look for are held in memory while the scan runs.
    private const long MostFileBytes = 200L << 20;

    private static readonly Option<string[]> Canary = new("--canary")
    {
        Description = "Look for what is left of this file's bytes. Repeatable.",
        HelpName = "FILE",
    };

    private static readonly Option<string[]> Text = new("--text")
    {
        Description = "Look for this text, as UTF-8 and as UTF-16. Repeatable.",
        HelpName = "TEXT",
    };

    private static readonly Option<string[]> Hex = new("--hex")
    {
        Description = "Look for these bytes, as hexadecimal digits. Repeatable.",
        HelpName = "DIGITS",
    };

    private static readonly Option<string[]> Expression = new("--regex")
    {
        Description = "Look for this regular expression; each byte is a character. Repeatable.",
        HelpName = "REGEX",
    };

    private static readonly Option<string[]> ResidueOf = new("--residue-of")
    {
        Description = "Look for any 64 bytes of these files, and say how much of each survives. Repeatable.",
        HelpName = "FILE|DIR",
    };

    private static readonly Option<bool> Secrets = new("--secrets")
    {
        Description = "Look for keys, tokens, AES key schedules and primes of RSA keys.",
    };

    private static readonly Option<bool> EveryOffset = new("--every-offset")
    {
        Description = "AES key schedules also at offsets that are no multiples of 4 (slower).",
    };

    private static readonly Option<int> Decay = new("--decay")
    {
        Description = "AES key schedules with up to so many wrong bits (much slower).",
        HelpName = "BITS",
    };

    private static readonly Option<string[]> Rules = new("--rules")
    {
        Description = "Look for what these rules describe. Repeatable.",
        HelpName = "FILE",
    };

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<Option> All { get; } = [Canary, Text, Hex, Expression, ResidueOf, Secrets, EveryOffset, Decay, Rules];

    /// <summary>Makes the detectors.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="notice">Gets sentences for the user: what cannot be found for certain.</param>
    /// <exception cref="ScanException">Nothing is looked for, or one cannot be made.</exception>
    public static IReadOnlyList<IDetector> Detectors(ParseResult parsed, Action<string> notice)
    {
        var detectors = new List<IDetector>();
        Needle[] needles =
        [
            .. (parsed.GetValue(Canary) ?? []).Select(file => new Needle("canary", file, Content(file))),
            .. (parsed.GetValue(Text) ?? []).SelectMany(text =>
                Checked(() => NeedleForms.Text(text).ToArray(), "give the text to look for")
            ),
            .. (parsed.GetValue(Hex) ?? []).Select(digits => Checked(() => NeedleForms.Hex(digits), "for example 00ff12")),
        ];
        if (needles.Length > 0)
            detectors.Add(Sure(Checked(() => new NeedleDetector(needles), "a needle of zeros only would be found everywhere"), notice));
        if (ResidueDetector.For(ResidueFiles(parsed), out IReadOnlyList<string> passedOver) is { } residue)
            detectors.Add(Sure(residue, notice));
        foreach (string file in passedOver) notice($"{file} is empty or nothing but repetition, which cannot be recognised");
        detectors.AddRange(
            (parsed.GetValue(Expression) ?? []).Select(expression =>
                Checked(() => new RegexDetector(expression), "see .NET's regular expressions")
            )
        );
        SecretRule[] rules = [.. (parsed.GetValue(Rules) ?? []).SelectMany(RulesOf)];
        int wrongBits = parsed.GetValue(Decay);
        if (wrongBits is < 0 or > 64) throw new ScanException($"--decay {wrongBits} is not possible", "give 0 to 64 bits", ExitCode.Usage);
        // The slowest first: while it works, the memory that the others see is fetched.
        if (parsed.GetValue(Secrets) || rules.Length > 0) detectors.Add(new AnchoredSecrets(rules));
        if (parsed.GetValue(Secrets))
            detectors.AddRange([new AesSchedules(parsed.GetValue(EveryOffset) ? 1 : 4, wrongBits), new RsaPrimes()]);
        return detectors.Count > 0
            ? detectors
            : throw new ScanException(
                "nothing is looked for",
                "add --secrets, --canary FILE, --text TEXT, --hex DIGITS, --regex REGEX, --residue-of FILE or --rules FILE",
                ExitCode.Usage
            );
    }

    private static NeedleDetector Sure(NeedleDetector detector, Action<string> notice)
    {
        foreach (int pattern in detector.Unsure)
            notice($"{detector.Patterns[pattern].Id} repeats itself so much that what is left of it may be missed");
        return detector;
    }

    private static IEnumerable<(string Name, ReadOnlyMemory<byte> Content)> ResidueFiles(ParseResult parsed)
    {
        foreach (string path in parsed.GetValue(ResidueOf) ?? [])
        {
            if (!Directory.Exists(path)) yield return (path, Content(path));
            else
                foreach (
                    string file in Directory.EnumerateFiles(
                        path,
                        "*",
                        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }
                    )
                )
                    yield return (file, Content(file));
        }
    }

    private static byte[] Content(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            if (stream.Length == 0)
                throw new ScanException($"{Printable.Of(file)} is empty", "give a file with the bytes to look for", ExitCode.Usage);
            if (stream.Length > MostFileBytes)
                throw new ScanException(
                    $"{Printable.Of(file)} has {ByteSize.Format(stream.Length)}",
                    $"at most {ByteSize.Format(MostFileBytes)} can be looked for at once",
                    ExitCode.Usage
                );
            // Pinned, so that the collector leaves no second copy behind.
            byte[] content = GC.AllocateUninitializedArray<byte>((int)stream.Length, pinned: true);
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ScanException(
                $"{Printable.Of(file)} cannot be read: {failure.Message}",
                "give a file that you may read",
                ExitCode.Usage
            );
        }
    }

    private static IReadOnlyList<SecretRule> RulesOf(string file)
    {
        try
        {
            return RuleFile.Parse(File.ReadAllText(file), file);
        }
        catch (RuleFileException failure)
        {
            throw new ScanException(failure.Message, "see docs/scan-rules.md", ExitCode.Configuration);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ScanException(
                $"{Printable.Of(file)} cannot be read: {failure.Message}",
                "give a file that you may read",
                ExitCode.Usage
            );
        }
    }

    private static T Checked<T>(Func<T> make, string hint)
    {
        try
        {
            return make();
        }
        catch (ArgumentException failure)
        {
            throw new ScanException(failure.Message, hint, ExitCode.Usage);
        }
    }
}
