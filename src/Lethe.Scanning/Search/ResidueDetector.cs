namespace Lethe.Scanning.Search;

/// <summary>Finds what survives of files: every piece of at least 64 bytes, at any alignment, from any place in the file.</summary>
/// <remarks>
/// <see cref="PatternCount.Coverage"/> says which bytes of each file were found. Ranges that repeat up to four bytes (all zero,
/// all 0xff) prove nothing. They are not looked for by themselves, and are reported only as part of a piece around them. If
/// more than 16 places of the files share bytes, these are reported for 16 places. A word of 8 bytes that one file holds more
/// than 16 times is not looked for. A file of less than 64 bytes is found whole. With more than about 200 MiB of files the
/// shortest piece is 512 bytes, then 4096 (<see cref="NeedleDetector.SurePiece"/>).
/// </remarks>
internal static class ResidueDetector
{
    /// <summary>Bytes of the shortest piece that counts as residue.</summary>
    public const int SmallestPiece = 64;

    /// <summary>Makes a detector for the residue of files.</summary>
    /// <param name="files">Name and content. A content may be mapped memory, and must stay valid as long as the detector is used.</param>
    /// <param name="passedOver">Names of files of up to 4 bytes, and of files that only repeat up to four bytes. They leave
    /// nothing that can be recognised.</param>
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
