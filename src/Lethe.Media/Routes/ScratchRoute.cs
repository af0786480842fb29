namespace Lethe.Media.Routes;

/// <summary>
/// A route by way of a file on a disk. The file is on a file system that the keeper creates; under <c>lethe run</c> it is in
/// the scratch directory that Lethe created.
/// </summary>
internal abstract class ScratchRoute(string way, string meaning) : Route(way, meaning)
{
    public override string? WhenProtected => $"the file is in {RunScratch.Variable}, and the process exits";

    /// <summary>The file.</summary>
    protected string Secret => Protected ? RunScratch.Secret : ScratchFileSystem.Secret;

    public sealed override void Prepare(IKeeper keeper)
    {
        if (!Protected) MakeFileSystem();
    }

    public override long Plant(Planting planting) => PlantedFile.Create(Secret, planting, synchronise: true);

    public sealed override void End(IKeeper keeper)
    {
        EndOutside();
        if (Protected) keeper.LetWorkloadExit();
    }

    /// <summary>Keeper, without <c>lethe run</c>: makes the file system and mounts it.</summary>
    protected abstract void MakeFileSystem();

    /// <summary>Keeper, without <c>lethe run</c>: what the route's end is.</summary>
    protected virtual void EndOutside()
    {
    }
}
