namespace Lethe.Media.Routes;

/// <summary>The matrix column "plant": a medium's routes, for proofs.</summary>
internal interface IPlant
{
    Medium Medium { get; }

    /// <summary>New route objects, one for each way.</summary>
    IEnumerable<Route> Routes();
}
