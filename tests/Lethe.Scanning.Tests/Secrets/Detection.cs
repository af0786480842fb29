using Lethe.Scanning.Search;

namespace Lethe.Tests.Scanning.Secrets;

/// <summary>Runs a detector over one window and names what it found.</summary>
internal static class Detection
{
    public sealed record Find(string Id, long Position, int Length, int Confidence);

    public static IReadOnlyList<Find> Run(IDetector detector, ReadOnlySpan<byte> window, long offset = 0)
    {
        var found = new MatchList();
        detector.Search(window, offset, found);
        foreach (Match match in found.Matches)
        {
            Assert.InRange(match.Position, offset, offset + window.Length);
            Assert.InRange(match.Length, 1, offset + window.Length - match.Position);
            Assert.InRange(match.Confidence, 1, 100);
        }
        return
        [
            .. found
                .Matches.Select(match => new Find(detector.Patterns[match.Pattern].Id, match.Position, match.Length, match.Confidence))
                .Distinct(),
        ];
    }

    /// <summary>Bytes in a random place among random ones.</summary>
    public static byte[] Surround(ReadOnlySpan<byte> secret, int before, int after, int seed)
    {
        byte[] window = new byte[before + secret.Length + after];
        new Random(seed).NextBytes(window);
        // Letters beside a text would be part of it.
        window.AsSpan(0, before)[Math.Max(0, before - 4)..].Fill((byte)' ');
        window.AsSpan(before + secret.Length)[..Math.Min(4, after)].Fill((byte)' ');
        secret.CopyTo(window.AsSpan(before));
        return window;
    }
}
