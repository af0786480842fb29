namespace Lethe.Evidence.Scan;

/// <summary>Physical memory in cells, for a picture.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="PagesPerCell">How many pages of 4096 bytes a cell stands for.</param>
/// <param name="States">The commonest page state in each cell, as names' indexes into <paramref name="Names"/>; 255 where there is no
/// memory.</param>
/// <param name="Names">Page state names.</param>
/// <param name="Residue">Bytes found in each cell, capped at 65535.</param>
public sealed record PageMap(string Source, int PagesPerCell, byte[] States, IReadOnlyList<string> Names, ushort[] Residue)
{
    /// <summary>The state of a cell in which there is no memory.</summary>
    public const byte NoMemory = 255;

    /// <summary>The most bytes of residue a cell tells.</summary>
    public const ushort MostResidue = 65535;

    /// <summary>The most states a map names: a picture has 256 colours, some of them for other things.</summary>
    public const int MostNames = 250;

    private const int PageSize = 4096;

    /// <summary>Bytes of physical memory a cell stands for.</summary>
    public long BytesPerCell() => (long)PagesPerCell * PageSize;

    /// <summary>Whether its parts fit together. A map that was read from a file may not.</summary>
    public bool IsConsistent() =>
        PagesPerCell > 0 && States.Length > 0 && States.Length == Residue.Length && Names.Count <= MostNames
        && HasOnlyNamedStates();

    private bool HasOnlyNamedStates()
    {
        foreach (byte state in States)
            if (state != NoMemory && state >= Names.Count) return false;
        return true;
    }
}
