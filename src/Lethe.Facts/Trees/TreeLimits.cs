namespace Lethe.Facts.Trees;

/// <summary>What a structured file may have at most; real ones are far below, hostile ones are refused instead of followed.</summary>
internal static class TreeLimits
{
    public const int MostDepth = 64, MostNodes = 200_000;

    /// <summary>The text without the mark of its encoding, which some editors write first.</summary>
    public static string WithoutMark(string text) => text.StartsWith('\ufeff') ? text[1..] : text;

    /// <summary>The file is no such file.</summary>
    public static FactsException Broken(string source, string form, int line, string reason) =>
        new($"{source}, line {Math.Max(1, line)}: this is no {form} ({reason})", "check brackets, quotes and indentation there");

    /// <summary>The file is too deep or too large.</summary>
    public static FactsException TooLarge(string source) =>
        new($"{source} nests deeper than {MostDepth} or has more than {MostNodes} pieces", "give the files it was made of");
}
