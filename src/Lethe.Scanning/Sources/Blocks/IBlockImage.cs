namespace Lethe.Scanning.Sources.Blocks;

/// <summary>Content stored in blocks that must be decoded before they can be read. Used by any number of threads at once.</summary>
internal interface IBlockImage : IDisposable
{
    /// <summary>Bytes of the longest block, decoded.</summary>
    int LongestBlock { get; }

    /// <summary>Makes a decoder for one thread.</summary>
    IBlockDecoder NewDecoder();
}

/// <summary>Finds and decodes blocks. Used by one thread.</summary>
internal interface IBlockDecoder : IDisposable
{
    /// <summary>Finds the block that holds an address, or the first behind it. What lies between blocks is not stored.</summary>
    /// <returns>False when none follows.</returns>
    bool TryFind(long address, out Block block);

    /// <summary>Decodes a block that was just found.</summary>
    /// <param name="block">The block.</param>
    /// <param name="destination">As many bytes as the block has.</param>
    /// <returns>Null, or why it cannot be decoded, for people.</returns>
    string? Decode(in Block block, Span<byte> destination);
}

/// <summary>A block.</summary>
/// <param name="Address">Where it lies in the content, in bytes.</param>
/// <param name="Length">Bytes, decoded.</param>
internal readonly record struct Block(long Address, int Length)
{
    /// <summary>Where it is stored; the decoder's own affair.</summary>
    public long Place { get; init; }

    /// <summary>How long it is stored; the decoder's own affair.</summary>
    public int StoredLength { get; init; }

    /// <summary>How it is stored; the decoder's own affair.</summary>
    public uint Flags { get; init; }

    /// <summary>Whether it is known to hold zeros only.</summary>
    public bool IsZero { get; init; }

    /// <summary>Why it cannot be had at all, when that shows already.</summary>
    public string? Lost { get; init; }
}
