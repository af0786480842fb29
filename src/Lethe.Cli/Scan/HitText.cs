using System.Text;
using Lethe.Evidence;
using Lethe.Scanning.Reporting;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;

namespace Lethe.Cli.Scan;

/// <summary>Reads a hit once more, to show it to who asked for that.</summary>
internal static class HitText
{
    private const int PageSize = 4096, MostBytes = 256;

    /// <summary>The first bytes of a hit, escaped; null when the source cannot be read a second time.</summary>
    public static string? Of(SourceFindings findings, Hit hit)
    {
        if (!hit.Part.Seekable) return null;
        long position = hit.Match.Position, page = position / PageSize * PageSize;
        byte[] text = new byte[Math.Min(MostBytes, hit.Match.Length)];
        int got = 0;
        try
        {
            using IPartReader reader = findings.Source.Open(hit.Part, page);
            while (got < text.Length && reader.Next(out Stretch stretch) && stretch.At <= position + got)
            {
                long skip = position + got - stretch.At;
                if (skip >= stretch.Bytes.Length) continue;
                ReadOnlySpan<byte> part = stretch.Bytes[(int)skip..];
                part = part[..Math.Min(part.Length, text.Length - got)];
                part.CopyTo(text.AsSpan(got));
                got += part.Length;
            }
        }
        catch (Exception failure) when (failure is SourceException or IOException)
        {
            return null;
        }

        return Printable.Of(Encoding.Latin1.GetString(text, 0, got)) + (hit.Match.Length > MostBytes ? "..." : "");
    }
}
