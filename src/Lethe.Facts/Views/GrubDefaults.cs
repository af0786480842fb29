using System.Text;
using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>
/// What GRUB's defaults, which are a shell script, give the kernel. Assignments are read, with quotes, continued lines and the two
/// variables in their values; nothing is run.
/// </summary>
internal static class GrubDefaults
{
    // An ordinary start gets both, in this order (10_linux of GRUB).
    private static readonly string[] Variables = ["GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT"];

    // A value that names itself over and over grows at each assignment; the kernel takes 2048 letters (COMMAND_LINE_SIZE).
    private const int MostLetters = 64 << 10, MostPieces = 1000;

    /// <summary>What it reads; Debian's GRUB reads the directory, others only the file.</summary>
    public static IReadOnlyList<string> Wants { get; } = ["/etc/default/grub", "/etc/default/grub.d/*.cfg"];

    /// <summary>The files, in the order in which they count.</summary>
    public static IReadOnlyList<Reading> Files(HostFacts facts) => [.. Wants.SelectMany(facts.Matching)];

    /// <summary>The pieces of the command line, in order.</summary>
    public static IReadOnlyList<(string Text, Citation Evidence)> CommandLine(IReadOnlyList<Reading> files)
    {
        var values = new Dictionary<string, List<(string Text, Citation Evidence)>>(StringComparer.Ordinal);
        foreach (string name in Variables) values[name] = [];
        foreach (Reading file in files)
            foreach (Assignment assignment in Assignments(file)) Assign(assignment, values);
        return [.. Variables.SelectMany(name => values[name])];
    }

    private static void Assign(Assignment assignment, Dictionary<string, List<(string Text, Citation Evidence)>> values)
    {
        List<(string Text, Citation Evidence)> value = assignment.Adds ? [.. values[assignment.Name]] : [];
        foreach (Piece piece in assignment.Value)
        {
            if (!piece.IsVariable) value.Add((piece.Text, assignment.Evidence));
            else if (values.TryGetValue(piece.Text, out List<(string Text, Citation Evidence)>? named)) value.AddRange(named);
            if (value.Count > MostPieces) break;
        }

        int letters = 0;
        values[assignment.Name] = [.. value.Take(MostPieces).TakeWhile(piece => (letters += piece.Text.Length) <= MostLetters)];
    }

    private static IEnumerable<Assignment> Assignments(Reading file)
    {
        IReadOnlyList<TextLine> lines = file.Lines;
        for (int index = 0; index < lines.Count; index++)
        {
            string text = lines[index].Text.TrimStart();
            if (text.StartsWith("export ", StringComparison.Ordinal)) text = text["export ".Length..].TrimStart();
            if (
                Variables.FirstOrDefault(name =>
                    text.StartsWith(name + "=", StringComparison.Ordinal) || text.StartsWith(name + "+=", StringComparison.Ordinal)
                )
                is not { } variable
            )
                continue;
            bool adds = text[variable.Length] == '+';
            var word = new ShellWord();
            int first = index;
            // A quote that is open, or a backslash at the end, takes the next line in.
            while (word.Read(index == first ? text[(variable.Length + (adds ? 2 : 1))..] : lines[index].Text) && index + 1 < lines.Count)
                index++;
            yield return new Assignment(variable, adds, word.Pieces, lines[first].Evidence);
        }
    }

    private sealed record Assignment(string Name, bool Adds, IReadOnlyList<Piece> Value, Citation Evidence);

    private readonly record struct Piece(string Text, bool IsVariable);

    /// <summary>One word of the shell's, read line by line (POSIX shell, 2.2 Quoting).</summary>
    private sealed class ShellWord
    {
        private readonly List<Piece> pieces = [];
        private readonly StringBuilder text = new();
        private char quote;

        public IReadOnlyList<Piece> Pieces => pieces;

        /// <returns>Whether the word goes on in the next line.</returns>
        public bool Read(string line)
        {
            for (int at = 0; at < line.Length; at++)
            {
                char letter = line[at];
                if (letter == '\\' && quote != '\'')
                {
                    if (at + 1 == line.Length) return true;
                    text.Append(line[++at]);
                }
                else if (quote != 0 && letter == quote) quote = '\0';
                else if (quote == 0 && letter is '"' or '\'') quote = letter;
                else if (quote == 0 && (char.IsWhiteSpace(letter) || letter is ';' or '&' or '|')) break;
                else if (letter == '$' && quote != '\'' && VariableAt(line.AsSpan(at + 1)) is (var name, var length) && length > 0)
                {
                    EndText();
                    pieces.Add(new Piece(name, IsVariable: true));
                    at += length;
                }
                else text.Append(letter);
            }

            if (quote != 0)
            {
                text.Append(' ');
                return true;
            }

            EndText();
            return false;
        }

        private void EndText()
        {
            if (text.Length > 0) pieces.Add(new Piece(text.ToString(), IsVariable: false));
            text.Clear();
        }

        // NAME or {NAME}; how long it is.
        private static (string Name, int Length) VariableAt(ReadOnlySpan<char> text)
        {
            bool braced = text is ['{', ..];
            ReadOnlySpan<char> name = braced ? text[1..] : text;
            int length = 0;
            while (length < name.Length && (char.IsAsciiLetterOrDigit(name[length]) || name[length] == '_')) length++;
            if (length == 0 || (braced && (length == name.Length || name[length] != '}'))) return ("", 0);
            return (name[..length].ToString(), length + (braced ? 2 : 0));
        }
    }
}
