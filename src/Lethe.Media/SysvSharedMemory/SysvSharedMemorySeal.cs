using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.SysvSharedMemory;

/// <summary>The workload has its own namespace for System V objects and message queues. Its segments are overwritten at the end.</summary>
internal sealed class SysvSharedMemorySeal : ISeal
{
    public Medium Medium => Medium.SysvSharedMemory;

    public bool NeedsSuperuser => true;

    public SealPlan Plan(SealConditions conditions) => new("IPC namespace of its own") { Namespaces = Namespaces.CLONE_NEWIPC };

    public SealedMedium Apply(SealPlan plan, ISealing sealing)
    {
        var space = new PrivateSpace(Medium, plan);
        sealing.WhenStarted(process => space.Adopt(process));
        sealing.WhenSegmentRemoved(space.OverwriteUnused);
        return space;
    }

    private sealed class PrivateSpace(Medium medium, SealPlan plan) : SealedMedium
    {
        private Descriptor? space;
        private string? spaceName;
        private long overwritten;
        private int segments;

        public override string? How => plan.How;

        public void Adopt(int process)
        {
            space = Descriptor.Open($"/proc/{process}/ns/ipc", FileCalls.O_RDONLY);
            spaceName = NameOf(process);
        }

        // Removing a segment that nobody has attached frees it at once. Otherwise lethe keeps it when its last user ends.
        public void OverwriteUnused(int task, int segment)
        {
            // In another namespace that the workload created, the same id is another segment.
            if (NameOf(task) is { } name && name == spaceName) Inside(() => OverwriteUnused(segment));
        }

        private void OverwriteUnused(int segment)
        {
            SegmentState? state = SharedMemorySegment.All().FirstOrDefault(candidate => candidate.Id == segment);
            if (state is { Attached: 0 }) Overwrite(state);
        }

        private static string? NameOf(int task) => VanishingFiles.TryReadLink($"/proc/{task}/ns/ipc");

        public override MediumOutcome End(WorkloadEnd end)
        {
            int left = 0;
            Inside(() =>
            {
                foreach (SegmentState segment in SharedMemorySegment.All())
                {
                    Overwrite(segment);
                    SharedMemorySegment.Remove(segment.Id);
                }

                left = SharedMemorySegment.All().Count;
            });
            space?.Dispose();
            ObjectsOutcome kept = end.ObjectsOf(medium);
            Outcome outcome = left == 0
                ? Outcome.Overwritten(kept with { Seen = kept.Seen + segments, WipedBytes = kept.WipedBytes + overwritten })
                : new Outcome(PurgeMethod.Overwrite, overwritten, null, Verdict.Residue, $"{left} segments could not be removed");
            return outcome.Of(medium, How);
        }

        public override void Abandon() => space?.Dispose();

        private void Overwrite(SegmentState segment)
        {
            overwritten += SharedMemorySegment.Overwrite(segment);
            segments++;
        }

        // This takes a thread of its own, as the thread stays in the namespace.
        private void Inside(Action act)
        {
            if (space is null) return;
            Exception? failure = null;
            var thread = new Thread(() =>
            {
                try
                {
                    Namespaces.Enter(space, Namespaces.CLONE_NEWIPC);
                    act();
                }
                catch (IOException caught)
                {
                    failure = caught;
                }
            });
            thread.Start();
            thread.Join();
            if (failure is not null) throw failure;
        }
    }
}
