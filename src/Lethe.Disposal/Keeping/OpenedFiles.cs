using Lethe.Disposal.Wiping;
using Lethe.Linux;
using Lethe.Media;

namespace Lethe.Disposal.Keeping;

/// <summary>What becomes of a file that somebody opens, by the file system it lies in.</summary>
/// <param name="objects">Keeps files.</param>
/// <param name="cuts">Whether the call that a task is in cuts the file it opens.</param>
internal sealed class OpenedFiles(KeptObjects objects, Func<int, bool> cuts)
{
    private readonly Dictionary<ulong, Medium> mediumOfDevice = [];

    /// <summary>Keeps the files of a file system.</summary>
    public void Watch(ulong device, Medium medium) => mediumOfDevice[device] = medium;

    /// <summary>Whether a device is one of those whose files are kept.</summary>
    public bool Has(ulong device) => mediumOfDevice.ContainsKey(device);

    /// <summary>Judges a file that a task is about to open.</summary>
    /// <param name="file">The file; when it is kept it is not the caller's any more.</param>
    /// <param name="task">The task.</param>
    /// <param name="mayCut">Whether the answer may be <see cref="FanotifyAnswer.Later"/>: that <see cref="Cut"/> is to be called, by
    /// another thread.</param>
    /// <param name="medium">The file's medium; null when it is in none of the file systems.</param>
    public FanotifyAnswer Judge(Descriptor file, int task, bool mayCut, out Medium? medium)
    {
        medium = null;
        try
        {
            FileStatus status = FileStatus.Of(file);
            if (!status.IsRegular || !mediumOfDevice.TryGetValue(status.Device, out medium)) return FanotifyAnswer.Release;
            if (status.Length > 0 && mayCut && cuts(task)) return FanotifyAnswer.Later;
            return objects.Keep(file, medium) ? FanotifyAnswer.Keep : FanotifyAnswer.Release;
        }
        catch (IOException)
        {
            // Not known whose it is: then none of them is known to be overwritten.
            foreach (Medium any in medium is null ? mediumOfDevice.Values.Distinct() : [medium]) objects.Miss(any);
            return FanotifyAnswer.Release;
        }
    }

    /// <summary>Overwrites a file that its opener is about to cut, before anybody can find what is cut off, then keeps it.</summary>
    /// <returns>Whether it is kept.</returns>
    public bool Cut(Descriptor file, Medium medium)
    {
        try
        {
            try
            {
                KeptObjects.Overwrite(file);
            }
            catch (LinuxException failure) when (failure.Error == Errno.ETXTBSY)
            {
                // It is being executed, so the opener's own call fails too.
            }

            return objects.Keep(file, medium);
        }
        catch (IOException)
        {
            objects.Miss(medium);
            return false;
        }
    }
}
