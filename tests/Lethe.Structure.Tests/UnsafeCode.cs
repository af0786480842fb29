using System.Text.RegularExpressions;

namespace Lethe.Tests.Structure;

/// <summary>
/// Finds code that the compiler cannot check and that does not say why it is safe. It reads lines of text, as every member begins with an
/// access modifier on a line of its own (IDE0040).
/// </summary>
internal static partial class UnsafeCode
{
    /// <summary>The declarations of members that need a SAFETY comment, in them or directly above, and have none.</summary>
    public static IEnumerable<string> Unexplained(string text) =>
        from member in Members(text)
        where NeedsReason(NotCode().Replace(member, "")) && !member.Contains("SAFETY:", StringComparison.Ordinal)
        select DeclarationLine().Match(member).Value.Trim();

    // Each with the comments and attributes directly above it. A type is what comes before its first member.
    private static IEnumerable<string> Members(string text)
    {
        string above = "", member = "";
        foreach (string line in text.Split('\n'))
        {
            if (LineAbove().IsMatch(line))
            {
                above += line + "\n";
                continue;
            }

            if (DeclarationLine().IsMatch(line))
            {
                yield return member;
                member = "";
            }

            member += above + line + "\n";
            above = "";
        }

        yield return member + above;
    }

    private static bool NeedsReason(string code) =>
        !Type().IsMatch(code) && !code.Contains("[LibraryImport(", StringComparison.Ordinal)
        && (UnsafeWord().IsMatch(code) || Operation().IsMatch(code));

    [GeneratedRegex(@"^\s*(?://.*|\[.*\])$")]
    private static partial Regex LineAbove();

    [GeneratedRegex(@"^ *(?:public|internal|protected|private) .*$", RegexOptions.Multiline)]
    private static partial Regex DeclarationLine();

    [GeneratedRegex(
        @"^ *(?:public|internal|protected|private) (?:\w+ )*(?:class|struct|record|interface|delegate) ",
        RegexOptions.Multiline
    )]
    private static partial Regex Type();

    // Comments, strings and letters.
    [GeneratedRegex(""""//[^\n]*|""".*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\])'"""", RegexOptions.Singleline)]
    private static partial Regex NotCode();

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex UnsafeWord();

    // What works on addresses, and the calls that take memory on trust.
    [GeneratedRegex(
        @"->|\bfixed \(" // x->y and fixed (byte* x = y)
            + @"|\w\*+(?:\)| \w+(?: =(?!>)|[,)]))" // (byte*)x, byte* x = y and Method(byte* x)
            + @"|(?<=[\s(!,=])[*&][\w(]" // *x and &x
            + @"|\bUnsafe\.|(?:Load|Store)Unsafe\(|\bMemoryMarshal\.(?:Get|Create)"
            + @"|\bNativeMemory\.|\bProcessMemory\.(?:Read|Write)\("
            + @"|\bnew (?:ReadOnly)?Span<\w+>\((?!ref )[^()]+, " // new Span<byte>(x, length)
    )]
    private static partial Regex Operation();
}
