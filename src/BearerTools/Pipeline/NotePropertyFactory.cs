using System.Collections.Specialized;
using System.Linq.Expressions;
using System.Management.Automation;
using System.Reflection;

namespace BearerTools.Pipeline;

/// <summary>
/// Adds note properties faster than <c>PSObject.Properties.Add</c>: the result is the same, without lookups whose result is already
/// known. It uses internal members of the engine; if any is missing or fails, callers use the public method. The Bench measures the
/// gain (JSON rows).
/// </summary>
internal static class NotePropertyFactory
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    private static readonly Action<PSObject, string, object?>? s_add = EngineMember.OrNull(CompileTried);

    /// <summary>True while the fast method works on this engine.</summary>
    public static bool IsFast { get; private set; } = s_add is not null;

    /// <summary>Adds a note property whose name the object does not have yet.</summary>
    /// <returns>False if this engine does not support it; the object is then unchanged.</returns>
    public static bool TryAdd(PSObject target, string name, object? value)
    {
        if (!IsFast) return false;
        try
        {
            s_add!(target, name, value);
            return true;
        }
        catch (Exception)
        {
            // The object is changed only in the last step, so a failure leaves it unchanged.
            return IsFast = false;
        }
    }

    /// <summary>Compiles the method, and checks on a sample object that it has the same effect as the public one.</summary>
    private static Action<PSObject, string, object?>? CompileTried()
    {
        var add = Compile();
        var tried = new PSObject();
        add?.Invoke(tried, nameof(tried), nameof(add));
        return tried.Properties[nameof(tried)] is PSNoteProperty { IsInstance: true, Value: nameof(add) } ? add : null;
    }

    private static Action<PSObject, string, object?>? Compile()
    {
        var members = typeof(PSObject).GetProperty("InstanceMembers", Hidden);
        // The dictionary behind the member collection: the collection's own Add looks each name up twice.
        var kept = members?.PropertyType.GetProperty("Members", Hidden);
        var add = typeof(OrderedDictionary).GetMethod("Add", [typeof(object), typeof(object)])!;
        var replicate = typeof(PSMemberInfo).GetMethod("ReplicateInstance", Hidden, [typeof(object)]);
        var isInstance = typeof(PSMemberInfo).GetProperty("IsInstance", Hidden)?.SetMethod;
        var create = typeof(PSNoteProperty).GetConstructor([typeof(string), typeof(object)]);
        if (kept?.PropertyType != typeof(OrderedDictionary) || replicate is null || isInstance is null || create is null) return null;

        var target = Expression.Parameter(typeof(PSObject));
        var name = Expression.Parameter(typeof(string));
        var value = Expression.Parameter(typeof(object));
        var note = Expression.Variable(typeof(PSNoteProperty));
        return Expression.Lambda<Action<PSObject, string, object?>>(
            Expression.Block(
                [note],
                Expression.Assign(note, Expression.New(create, name, value)),
                Expression.Call(note, replicate, target),
                Expression.Call(note, isInstance, Expression.Constant(true)),
                Expression.Call(Expression.Property(Expression.Property(target, members!), kept), add, name, note)),
            target, name, value).Compile();
    }
}
