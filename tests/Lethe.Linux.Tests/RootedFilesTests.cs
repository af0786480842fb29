using Lethe.Linux;

namespace Lethe.Tests.Linux;

public sealed class RootedFilesTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("lethe-rooted-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Renames_elsewhere_do_not_keep_a_path_with_parents_from_being_found()
    {
        Directory.CreateDirectory(Path.Combine(directory, "a/b/c"));
        File.WriteAllText(Path.Combine(directory, "file"), "");
        Directory.CreateDirectory(Path.Combine(directory, "one"));
        bool ended = false;
        var renaming = new Thread(() =>
        {
            while (!Volatile.Read(ref ended))
            {
                Directory.Move(Path.Combine(directory, "one"), Path.Combine(directory, "two"));
                Directory.Move(Path.Combine(directory, "two"), Path.Combine(directory, "one"));
            }
        });
        renaming.Start();
        try
        {
            using Descriptor root = Descriptor.Open(directory, FileCalls.O_PATH | FileCalls.O_DIRECTORY);
            for (int number = 0; number < 200_000; number++) RootedFiles.Open(root, "/a/b/c/../../../file", FileCalls.O_PATH).Dispose();
        }
        finally
        {
            Volatile.Write(ref ended, true);
            renaming.Join();
        }
    }
}
