using Lethe.Lab.Protocol;
using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Lab.Guest;

/// <summary>Turns what happened in the guest into the message that says so.</summary>
internal static class Answer
{
    /// <summary>Does something and answers, whatever comes of it.</summary>
    public static GuestMessage To(Func<GuestMessage> serve)
    {
        try
        {
            return serve();
        }
        catch (UnsupportedException failure)
        {
            return new GuestMessage(GuestMessage.Unsupported, failure.Message);
        }
        catch (LinuxException failure) when (failure.Error == Errno.ENOSYS)
        {
            return new GuestMessage(GuestMessage.Unsupported, $"this kernel has no {failure.Operation}");
        }
        catch (RefusedException failure)
        {
            return new GuestMessage(GuestMessage.Refused, failure.Message);
        }
        catch (VoidRunException failure)
        {
            return new GuestMessage(GuestMessage.Void, failure.Message);
        }
        catch (Exception failure)
        {
            return new GuestMessage(GuestMessage.Failed, failure is IOException ? failure.Message : failure.ToString());
        }
    }
}
