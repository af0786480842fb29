namespace Lethe.Scanning.Sources;

/// <summary>Reports one missing range, and the reason, for a part that cannot be read.</summary>
internal sealed class MissingReader(long length, string why, long at = 0) : IPartReader
{
    private bool said;

    /// <inheritdoc/>
    public bool Next(out Stretch stretch)
    {
        stretch = said ? default : new Stretch { At = at, MissingBytes = length, MissingBecause = why };
        return !said && (said = true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is open.
    }
}
