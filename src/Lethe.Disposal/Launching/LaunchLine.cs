using System.Globalization;
using System.Text;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Launching;

/// <summary>
/// What lethe and the launcher say to each other over two pipes: a line each, a word and what belongs to it, separated by tabs. This is its
/// only reader and its only writer.
/// </summary>
internal static class LaunchLine
{
    /// <summary>The line after the last order: the launcher does them, and answers.</summary>
    public const string Do = "do";

    /// <summary>The line after its answer: it executes the command.</summary>
    public const string Execute = "execute";

    /// <summary>Writes an order.</summary>
    public static string Write(LaunchOrder order) => order switch
    {
        LaunchOrder.Unshare unshare => Line("unshare", Number(unshare.Namespaces)),
        LaunchOrder.Attach attach => Line("attach", Number(attach.Descriptor), attach.Directory),
        LaunchOrder.MakeDirectory make => Line("make-directory", make.Directory),
        LaunchOrder.ForbidDevice forbid => Line("forbid-device", forbid.Path),
        LaunchOrder.MakeReadOnly => Line("make-read-only"),
        LaunchOrder.JoinNewSessionKeyring => Line("join-new-session-keyring"),
        LaunchOrder.ForbidCoreDumps => Line("forbid-core-dumps"),
        LaunchOrder.ForbidTransparentHugePages => Line("forbid-transparent-huge-pages"),
        LaunchOrder.ForbidNewPrivileges => Line("forbid-new-privileges"),
        LaunchOrder.InstallFilter filter => Line(
            "install-filter",
            filter.Strict ? "strict" : "plain",
            filter.Memfd.ToString(),
            filter.Traced ? "traced" : "untraced"
        ),
        LaunchOrder.KeepVariables keep => Line("keep-variables", Number(keep.Count)),
        LaunchOrder.RestoreDefaultSignal restore => Line("restore-default-signal", Number(restore.Signal)),
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "no launcher knows it"),
    };

    /// <summary>Reads an order.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static LaunchOrder ReadOrder(string line) => Words(line) switch
    {
        ["unshare", var spaces] => new LaunchOrder.Unshare(Number(spaces)),
        ["attach", var descriptor, var directory] => new LaunchOrder.Attach(Number(descriptor), directory),
        ["make-directory", var directory] => new LaunchOrder.MakeDirectory(directory),
        ["forbid-device", var path] => new LaunchOrder.ForbidDevice(path),
        ["make-read-only"] => new LaunchOrder.MakeReadOnly(),
        ["join-new-session-keyring"] => new LaunchOrder.JoinNewSessionKeyring(),
        ["forbid-core-dumps"] => new LaunchOrder.ForbidCoreDumps(),
        ["forbid-transparent-huge-pages"] => new LaunchOrder.ForbidTransparentHugePages(),
        ["forbid-new-privileges"] => new LaunchOrder.ForbidNewPrivileges(),
        ["install-filter", "strict" or "plain", var memfd, "traced" or "untraced"] words
            when Enum.TryParse(memfd, out MemfdPolicy policy) && Enum.IsDefined(policy) => new LaunchOrder.InstallFilter(
            words[1] == "strict",
            policy,
            words[3] == "traced"
        ),
        ["keep-variables", var count] => new LaunchOrder.KeepVariables(Number(count)),
        ["restore-default-signal", var signal] => new LaunchOrder.RestoreDefaultSignal(Number(signal)),
        _ => throw Unknown(line),
    };

    /// <summary>Writes an answer.</summary>
    public static string Write(LaunchAnswer answer) => answer switch
    {
        LaunchAnswer.Done done => Line("done", Number(done.Listener)),
        LaunchAnswer.Failed failed => Line("failed", Number(failed.Error), failed.Text),
        LaunchAnswer.NotExecuted not => Line("not-executed", Number(not.Error)),
        LaunchAnswer.Gone => "",
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "no launcher says it"),
    };

    /// <summary>Reads an answer; nothing at all is one, too.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static LaunchAnswer ReadAnswer(string line) => Words(line) switch
    {
        ["done", var listener] => new LaunchAnswer.Done(Number(listener)),
        ["failed", var error, var text] => new LaunchAnswer.Failed(Number(error), text),
        ["not-executed", var error] => new LaunchAnswer.NotExecuted(Number(error)),
        [""] => new LaunchAnswer.Gone(),
        _ => throw Unknown(line),
    };

    private static string Line(params ReadOnlySpan<string> words)
    {
        var line = new StringBuilder();
        foreach (string word in words)
        {
            if (line.Length > 0) line.Append('\t');
            line.Append(word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal));
        }

        return line.ToString();
    }

    private static string[] Words(string line) => [.. line.Split('\t').Select(Unescaped)];

    private static string Unescaped(string word)
    {
        if (!word.Contains('\\', StringComparison.Ordinal)) return word;
        var plain = new StringBuilder();
        for (int at = 0; at < word.Length; at++)
        {
            if (word[at] != '\\') plain.Append(word[at]);
            else
                plain.Append(
                    (++at < word.Length ? word[at] : '\0') switch
                    {
                        '\\' => '\\',
                        't' => '\t',
                        'n' => '\n',
                        'r' => '\r',
                        _ => throw Unknown(word),
                    }
                );
        }

        return plain.ToString();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : throw Unknown(text);

    private static InvalidDataException Unknown(string line) => new($"the launcher does not know '{Evidence.Printable.Of(line)}'");
}
