using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.PageCache;

/// <summary>
/// Cached file data. The files lie on an encrypted device. So RAM is the only place where they can be read, and what is found
/// there is from the page cache.
/// </summary>
internal sealed class PageCachePlant : IPlant
{
    public Medium Medium => Medium.PageCache;

    public IEnumerable<Route> Routes() => [new Unlink(), new DropCaches(), new DropOne(), new Unmount()];

    private abstract class CachedRoute(string way, string meaning) : ScratchRoute(way, meaning)
    {
        public override IReadOnlyList<string> Modules => ScratchFileSystem.EncryptedModules;

        protected override void MakeFileSystem() => ScratchFileSystem.MakeEncrypted(Place.ScratchDevice);
    }

    private sealed class Unlink() : CachedRoute("unlink", "a file is deleted")
    {
        public override void EndInWorkload() => File.Delete(Secret);
    }

    private sealed class DropCaches() : CachedRoute("drop-caches", "all clean caches are dropped (vm.drop_caches=3)")
    {
        protected override void EndOutside() => File.WriteAllText("/proc/sys/vm/drop_caches", "3");
    }

    private sealed class DropOne() : CachedRoute("fadvise", "the file's cache is dropped with POSIX_FADV_DONTNEED")
    {
        public override void EndInWorkload()
        {
            using Descriptor file = Descriptor.Open(Secret, FileCalls.O_RDONLY);
            file.DropCachedPages();
        }
    }

    private sealed class Unmount() : CachedRoute("umount", "the file system is unmounted")
    {
        public override string? WhenProtected => $"the file stays in {RunScratch.Variable}, and the process exits";

        protected override void EndOutside()
        {
            if (!Protected) ScratchFileSystem.Unmount();
        }
    }
}
