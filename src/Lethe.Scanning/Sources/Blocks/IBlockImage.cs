namespace Lethe.Scanning.Sources.Blocks;

/// <summary>Content in blocks that must be decoded before they can be read. Any number of threads may use it at once.</summary>
internal interface IBlockImage : IDisposable
{
    /// <summary>Decoded bytes of the longest block.</summary>
    int LongestBlock { get; }

    /// <summary>Makes a decoder for one thread.</summary>
    IBlockDecoder NewDecoder();
}

/// <summary>Finds and decodes blocks, for one thread.</summary>
internal interface IBlockDecoder : IDisposable
{
    /// <summary>Finds the block that holds an address, or the first block behind it. Bytes between blocks are not stored.</summary>
    /// <returns>False when there is no block at or behind the address.</returns>
    bool TryFind(long address, out Block block);

    /// <summary>Decodes a block that was just found.</summary>
    /// <param name="block">The block.</param>
    /// <param name="destination">Room for as many bytes as the block has.</param>
    /// <returns>Null, or why the block cannot be decoded, for people.</returns>
    string? Decode(in Block block, Span<byte> destination);
}

/// <summary>A block of an image.</summary>
/// <param name="Address">Address in the content of its first byte.</param>
/// <param name="Length">Its length when decoded, in bytes.</param>
internal readonly record struct Block(long Address, int Length)
{
    /// <summary>Where it is stored. Only its decoder knows what the number means.</summary>
    public long Place { get; init; }

    /// <summary>How many bytes are stored. Only its decoder uses this.</summary>
    public int StoredLength { get; init; }

    /// <summary>How it is stored. Only its decoder knows what the bits mean.</summary>
    public uint Flags { get; init; }

    /// <summary>Whether it is known to be all zero.</summary>
    public bool IsZero { get; init; }

    /// <summary>Why the block cannot be read at all, if that is known before it is decoded; else null.</summary>
    public string? Lost { get; init; }
}
