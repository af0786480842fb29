namespace Lethe.Evidence.Scan.Pictures;

/// <summary>
/// The colours of page states: light and quiet, told apart by every kind of colour vision (a test measures it), whereas
/// residue is the one dark and strong colour. The hues start from Paul Tol's "light" scheme (SRON/EPS/TN/09-002).
/// </summary>
internal static class PageStateColours
{
    /// <summary>Residue, 0xRRGGBB.</summary>
    public const int Residue = 0xc4003e;

    /// <summary>Where a machine has no memory.</summary>
    public const int NoMemory = 0xffffff;

    private const int Unnamed = 0xdadada;

    /// <summary>Page states in the order in which legends name them, with their colours.</summary>
    public static IReadOnlyList<(string State, int Colour)> All { get; } =
    [
        ("free", 0xd3dad9),
        ("free-per-cpu", 0xd0fad0),
        ("anonymous", 0x82abee),
        ("page-cache", 0x93d5ae),
        ("shmem", 0xa1edff),
        ("slab", 0xf7de9e),
        ("hugetlb", 0xb7c7fd),
        ("page-table", 0xb5b45a),
        ("reserved", 0x9facab),
        ("other", 0xeaab83),
        ("unknown", 0xd0a7d1),
    ];

    /// <summary>The colour of a state.</summary>
    public static int Of(string state)
    {
        foreach ((string name, int colour) in All)
            if (name == state) return colour;
        return Unnamed;
    }
}
