using Lethe.Linux.Text;

namespace Lethe.Disposal.Wiping;

/// <summary>What wiping asks of a mapping.</summary>
internal static class WipedMappings
{
    extension(in Mapping mapping)
    {
        /// <summary>
        /// Whether the process's own copies of pages can be in it. The kernel's own pages (vdso and its kind) cannot; device
        /// memory is never told as present and exclusive.
        /// </summary>
        public bool HoldsPrivatePages => !mapping.Shared && !mapping.Name.StartsWith("[v"u8);

        /// <summary>
        /// Whether it shows an object in memory that only processes of one tree can have: shared anonymous memory, also of huge
        /// pages, and System V segments. Memory files and deleted files can come from outside; those of the workload are kept
        /// from their birth on. A name is only a hint, as the workload can choose names: see <see cref="KeptObjects"/>.
        /// </summary>
        public bool ShowsOwnObject => mapping.Shared && (mapping.Name.SequenceEqual("/dev/zero (deleted)"u8)
            || mapping.Name.SequenceEqual("/anon_hugepage (deleted)"u8)
            || (mapping.Name.StartsWith("/SYSV"u8) && mapping.Name[5..].IndexOf((byte)'/') < 0)
        );
    }
}
