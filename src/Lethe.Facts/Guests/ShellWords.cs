using System.Text;

namespace Lethe.Facts.Guests;

/// <summary>
/// Takes shell text apart into the words that a program would be started with. Quotes, backslashes and comments are understood;
/// variables and substitutions are left as they stand.
/// </summary>
internal sealed class ShellWords(string text)
{
    private readonly StringBuilder word = new();
    private readonly List<(string Word, int Line)> words = [];
    private int at, line = 1, wordLine;
    private bool isBegun;

    /// <summary>The words and the lines they begin on, from 1.</summary>
    /// <param name="most">How many are read.</param>
    public IReadOnlyList<(string Word, int Line)> Read(int most)
    {
        while (at < text.Length && words.Count < most)
        {
            char letter = text[at++];
            if (letter is '"' or '\'') Quoted(letter);
            else if (letter == '\\') Escaped();
            else if (letter == '#' && !isBegun) SkipComment();
            else if (char.IsWhiteSpace(letter) || letter == '\0') End(letter);
            else Add(letter);
        }

        End(' ');
        return words;
    }

    private void Begin()
    {
        if (!isBegun) (isBegun, wordLine) = (true, line);
    }

    private void Add(char letter)
    {
        Begin();
        word.Append(letter);
        if (letter == '\n') line++;
    }

    private void End(char letter)
    {
        if (isBegun) words.Add((word.ToString(), wordLine));
        word.Clear();
        isBegun = false;
        if (letter == '\n') line++;
    }

    private void Quoted(char quote)
    {
        Begin();
        while (at < text.Length && text[at] != quote)
        {
            if (quote == '"' && text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '"' or '\\' or '$' or '`' or '\n') at++;
            Add(text[at++]);
        }

        at++;
    }

    // Before the end of a line it joins the next one to it.
    private void Escaped()
    {
        if (at >= text.Length) return;
        if (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n') at++;
        if (text[at] != '\n') Add(text[at]);
        else line++;
        at++;
    }

    private void SkipComment()
    {
        while (at < text.Length && text[at] != '\n') at++;
    }
}
