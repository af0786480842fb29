namespace Lethe.Scanning.Search;

/// <summary>Finds what survives of files: every piece of at least 64 bytes, at any alignment, wherever in the file it is from.</summary>
/// <remarks>
/// Which bytes of each file were found is in <see cref="PatternCount.Coverage"/>. Stretches in which up to four bytes repeat (all zero, all
/// 0xff) prove nothing: they are not looked for by themselves, only told as part of a piece around them. Bytes that more than 16 places of
/// the files share are told of 16 of them; a word of 8 bytes that one file holds more than 16 times is not looked for. A file of less than
/// 64 bytes is found whole. With more than about 200 MiB of files the shortest piece is 512 bytes, then 4096
/// (<see cref="NeedleDetector.SurePiece"/>).
/// </remarks>
internal static class ResidueDetector
{
    /// <summary>Bytes of the shortest piece that counts as residue.</summary>
    public const int SmallestPiece = 64;

    /// <summary>A detector for the residue of files.</summary>
    /// <param name="files">Name and content; a content may be mapped memory and has to stay as long as the detector is used.</param>
    /// <param name="passedOver">Names of files that are empty or nothing but repetition, which leave nothing that can be
    /// recognised.</param>
    /// <returns>Null when no file is left.</returns>
    public static NeedleDetector? For(IEnumerable<(string Name, ReadOnlyMemory<byte> Content)> files, out IReadOnlyList<string> passedOver)
    {
        var needles = new List<Needle>();
        var none = new List<string>();
        foreach ((string name, ReadOnlyMemory<byte> content) in files)
        {
            if (content.Length <= 4 || content.Span[4..].SequenceEqual(content.Span[..^4])) none.Add(name);
            else needles.Add(new Needle("residue-of", name, content));
        }

        passedOver = none;
        return needles.Count == 0 ? null : new NeedleDetector(needles, SmallestPiece);
    }
}
