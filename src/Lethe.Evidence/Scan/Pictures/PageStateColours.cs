namespace Lethe.Evidence.Scan.Pictures;

/// <summary>
/// The colours of page states: light and quiet, told apart also by readers who confuse red and green, whereas residue
/// is the one dark and strong colour. The hues start from Paul Tol's "light" scheme (SRON/EPS/TN/09-002).
/// </summary>
public static class PageStateColours
{
    /// <summary>Residue, 0xRRGGBB.</summary>
    public const int Residue = 0xc4003e;

    /// <summary>Where a machine has no memory.</summary>
    public const int NoMemory = 0xffffff;

    private const int Unnamed = 0xdadada;

    /// <summary>Page states in the order in which legends name them, with their colours.</summary>
    public static IReadOnlyList<(string State, int Colour)> All { get; } =
    [
        ("free", 0xecede7),
        ("free-per-cpu", 0xd2d6ca),
        ("anonymous", 0x8fb8e6),
        ("page-cache", 0x8fd3b6),
        ("shmem", 0xb9e4f7),
        ("slab", 0xf0e2a0),
        ("hugetlb", 0xc9b3e6),
        ("page-table", 0xb5b45a),
        ("reserved", 0xa9adb3),
        ("other", 0xe3c19b),
        ("unknown", 0xcfc6cc),
    ];

    /// <summary>The colour of a state.</summary>
    public static int Of(string state)
    {
        foreach ((string name, int colour) in All)
            if (name == state) return colour;
        return Unnamed;
    }
}
