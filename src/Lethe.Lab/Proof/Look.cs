using Lethe.Canaries;
using Lethe.Evidence.Proof;
using Lethe.Lab.Machine;
using Lethe.Linux;
using Lethe.Media.Routes;
using Lethe.Scanning.Canaries;
using Lethe.Scanning.Kernel;

namespace Lethe.Lab.Proof;

/// <summary>
/// Searches a place for a canary of which so many bytes were planted. Pages that are the same as in
/// <paramref name="known"/>, if it is given, are known to hold none of it.
/// </summary>
internal delegate Survivors CanarySearcher(MemoryFile place, MemoryFile? known, Canary canary, long plantedBytes);

/// <summary>What a search of every place of a machine found at one moment.</summary>
internal sealed class Look
{
    private readonly IReadOnlyList<(string Place, Survivors Found)> places;

    private Look(IReadOnlyList<(string Place, Survivors Found)> places) => this.places = places;

    /// <summary>Bytes found, every copy counted.</summary>
    public long Bytes => places.Sum(place => place.Found.Bytes);

    /// <summary>Searches RAM and all storage of a machine that stands still.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="canary">What to look for.</param>
    /// <param name="plantedBytes">How much of it there is.</param>
    /// <param name="search">How.</param>
    /// <param name="sinceBaseline">True to pass over pages that are as they were in the snapshot, where the baseline found nothing.</param>
    public static Look At(VirtualMachine machine, Canary canary, long plantedBytes, CanarySearcher search, bool sinceBaseline) =>
        new([.. machine.Places.Select(place => (
            place.Key, search(place.Value, sinceBaseline ? machine.Origin?.Places[place.Key] : null, canary, plantedBytes)))]);

    /// <summary>The search that is used unless a test puts another in its place.</summary>
    public static Survivors SearchInPlace(MemoryFile place, MemoryFile? known, Canary canary, long plantedBytes) =>
        new MemoryFileImage(place).Search(canary, plantedBytes, known);

    /// <summary>Bytes of the canary seen in one place, each counted once.</summary>
    public long DistinctBytesIn(string place) => places.Where(entry => entry.Place == place).Sum(entry => entry.Found.DistinctBytes);

    /// <summary>What was found, with the state of each page of RAM.</summary>
    /// <param name="ram">The machine's memory, standing still since the look.</param>
    public IReadOnlyList<Residue> Describe(MemoryFile ram) =>
        [.. places.Where(place => place.Place == Place.Ram || place.Found.Bytes > 0).Select(place => new Residue(
            place.Place, place.Found.Bytes, place.Place == Place.Ram ? StatesOf(place.Found, ram) : null))];

    private static SortedDictionary<string, long> StatesOf(Survivors found, MemoryFile ram)
    {
        var states = new SortedDictionary<string, long>();
        if (found.Bytes == 0) return states;
        PageStates? pages = PageStatesOf(ram);
        foreach ((long page, int bytes) in found.BytesByPage)
        {
            string name = PageStateName.Of(pages?.StateOf(page) ?? PageState.Unknown);
            states[name] = states.GetValueOrDefault(name) + bytes;
        }

        return states;
    }

    private static PageStates? PageStatesOf(MemoryFile ram)
    {
        try
        {
            return PageStates.Of(new MemoryFileImage(ram));
        }
        catch (UnknownLayoutException)
        {
            return null;
        }
    }
}
