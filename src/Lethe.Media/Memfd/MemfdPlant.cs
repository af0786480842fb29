using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.Memfd;

/// <summary>Memfds: files in memory that have no name in any file system.</summary>
internal sealed class MemfdPlant : IPlant
{
    public Medium Medium => Medium.Memfd;

    public IEnumerable<Route> Routes() => [new Exit(), new Held()];

    private class Exit(string way = "exit", string meaning = "the process that made a memfd exits") : Route(way, meaning)
    {
        private MemoryFile file = null!;

        public override long Plant(Planting planting)
        {
            file = new MemoryFile("workload", planting.Bytes);
            return PlantedFile.Fill(file.Descriptor, planting);
        }

        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
    }

    private sealed class Held() : Exit("held", "the process exits, but another one holds its memfd")
    {
        private Descriptor second = null!;

        public override bool IsControl => !Protected;

        public override void Hold(IKeeper keeper)
        {
            string directory = $"/proc/{keeper.Workload}/fd";
            string path = (VanishingFiles.TryList(directory) ?? []).Select(number => $"{directory}/{number}")
                .First(link => VanishingFiles.TryReadLink(link)?.Contains("/memfd:workload", StringComparison.Ordinal) == true);
            second = Descriptor.Open(path, FileCalls.O_RDONLY);
        }

        public override void End(IKeeper keeper)
        {
            base.End(keeper);
            GC.KeepAlive(second);
        }
    }
}
