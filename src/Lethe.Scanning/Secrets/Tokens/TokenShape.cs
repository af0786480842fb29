using System.Buffers;

namespace Lethe.Scanning.Secrets;

/// <summary>What else must be true of a token, apart from its letters.</summary>
internal enum TokenCheck
{
    /// <summary>Its letters are distributed as in random text: at least 3 bits for each letter.</summary>
    Entropy,

    /// <summary>It ends in <see cref="Base62Checksum"/>.</summary>
    Base62Checksum,
}

/// <summary>A part of a token: a run of letters of one set or, without a set, fixed text.</summary>
internal readonly record struct TokenPart(SearchValues<byte>? Set, int Least, int Most, byte[] Text)
{
    public static TokenPart Of(SearchValues<byte> set, int least, int most) => new(set, least, most, []);
    public static TokenPart Of(SearchValues<byte> set, int count) => new(set, count, count, []);
    public static TokenPart Of(string text) => new(null, 0, 0, System.Text.Encoding.ASCII.GetBytes(text));
}

/// <summary>A token that is a prefix and parts after it. Each part ends where its letters end.</summary>
internal sealed record TokenShape(string Id, string Prefix, byte Confidence, TokenCheck Check, params TokenPart[] Parts)
{
    /// <summary>Bytes of the token that has its prefix at <paramref name="at"/>; 0 when there is none.</summary>
    public int Measure(ReadOnlySpan<byte> window, int at)
    {
        if (Letters.IsInWord(window, at - 1)) return 0;
        int body = at + Prefix.Length, end = body;
        foreach (TokenPart part in Parts)
        {
            ReadOnlySpan<byte> rest = window[end..];
            if (part.Set is null)
            {
                if (!rest.StartsWith(part.Text)) return 0;
                end += part.Text.Length;
                continue;
            }
            int run = Letters.Run(rest, part.Set, part.Most);
            if (run < part.Least || run < rest.Length && part.Set.Contains(rest[run])) return 0;
            end += run;
        }
        ReadOnlySpan<byte> token = window[body..end];
        return (Check == TokenCheck.Base62Checksum ? Base62Checksum.Holds(token) : Letters.Entropy(token) >= 3) ? end - at : 0;
    }
}
