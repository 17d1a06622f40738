//! Evaluation of pipelines, commands and operands.

use std::sync::Arc;

use crate::templates::collection::MapKind;
use crate::templates::error::TemplateErrorKind as Kind;
use crate::templates::go::ast::Command;
use crate::templates::go::ast::Operand;
use crate::templates::go::ast::Pipe;
use crate::templates::go::ast::Place;
use crate::templates::go::ast::Term;
use crate::templates::go::builtins;
use crate::templates::go::builtins::Builtin;
use crate::templates::go::evaluated::Evaluated;
use crate::templates::go::evaluated::nil_for;
use crate::templates::go::exec::Executed;
use crate::templates::go::exec::Executor;
use crate::templates::go::exec::variable_name;
use crate::templates::go::function::ArgKind;
use crate::templates::go::function::Call;
use crate::templates::go::function::Function;
use crate::templates::go::functions::reading_steps;
use crate::templates::go::methods;
use crate::templates::go::number::Number;
use crate::templates::go::options::MissingKey;
use crate::templates::value::Value;

/// The parameters of a function or method.
#[derive(Clone, Copy)]
struct Parameters {
    fixed: &'static [ArgKind],
    rest: Option<ArgKind>,
}

impl Parameters {
    fn kind(self, index: usize) -> ArgKind {
        self.fixed.get(index).copied().or(self.rest).unwrap_or(ArgKind::Any)
    }
}

impl<'t> Executor<'t> {
    /// The value of a pipeline, whose variables it declares or assigns.
    pub(super) fn pipeline(&mut self, dot: &Evaluated, pipe: &'t Pipe) -> Executed<Evaluated> {
        self.place = Some(Place::Pipe(pipe));
        let mut value = None;
        for command in &pipe.commands {
            value = Some(self.command(dot, command, value)?.concrete());
        }
        let value = value.unwrap_or_else(Evaluated::nothing);
        for variable in &pipe.declared {
            let name = variable_name(variable);
            if pipe.is_assignment {
                self.assign(name, value.clone())?;
            } else {
                self.declare(name, value.clone());
            }
        }
        Ok(value)
    }

    /// The value of a command; `last` is the value of the one before, and its last argument.
    fn command(&mut self, dot: &Evaluated, command: &'t Command, last: Option<Evaluated>) -> Executed<Evaluated> {
        self.step(1)?;
        let Some((first, args)) = command.args.split_first() else { return Ok(Evaluated::nothing()) };
        match &first.term {
            Term::Field(names) => self.fields(dot, dot.clone(), first, names, args, last),
            Term::Chain(inner, names) => self.chain(dot, first, inner, names, args, last),
            Term::Function(name) => self.function(dot, first, name, Place::Command(command), args, last),
            Term::Pipe(pipe) => {
                self.no_arguments(first, args, last.as_ref())?;
                self.pipeline(dot, pipe)
            }
            Term::Variable(names) => self.variable_operand(dot, first, names, args, last),
            _ => {
                self.place = Some(Place::Operand(first));
                self.no_arguments(first, args, last.as_ref())?;
                match &first.term {
                    Term::Dot => Ok(dot.clone()),
                    Term::Nil => self.fail(Kind::NilValue, "nil is not a command".to_owned()),
                    _ => self.literal(first),
                }
            }
        }
    }

    fn no_arguments(&self, first: &Operand, args: &[Operand], last: Option<&Evaluated>) -> Executed<()> {
        if args.is_empty() && last.is_none() {
            return Ok(());
        }
        self.fail(Kind::Arity, format!("can't give argument to non-function {first}"))
    }

    /// The value of a literal where nothing says its type.
    fn literal(&mut self, operand: &'t Operand) -> Executed<Evaluated> {
        match &operand.term {
            Term::Bool(flag) => Ok(Evaluated::plain(Value::Bool(*flag))),
            Term::String { text, .. } => Ok(Evaluated::plain(Value::String(Arc::clone(text)))),
            Term::Number(number) => {
                self.place = Some(Place::Operand(operand));
                self.untyped(number)
            }
            _ => Ok(Evaluated::nothing()),
        }
    }

    fn untyped(&self, number: &Number) -> Executed<Evaluated> {
        if number.complex {
            return self.fail(Kind::Unsupported, format!("{}: complex numbers are not supported", number.text));
        }
        match (number.float.filter(|_| number.is_float_by_syntax()), number.int) {
            (Some(float), _) => Ok(Evaluated::plain(Value::Float(float))),
            (None, Some(int)) => Ok(Evaluated::plain(Value::Int(int))),
            (None, None) => self.fail(Kind::BadNumber, format!("{} overflows int", number.text)),
        }
    }

    fn variable_operand(
        &mut self,
        dot: &Evaluated,
        operand: &'t Operand,
        names: &'t [Arc<str>],
        args: &'t [Operand],
        last: Option<Evaluated>,
    ) -> Executed<Evaluated> {
        self.place = Some(Place::Operand(operand));
        let Some((name, fields)) = names.split_first() else { return Ok(Evaluated::nothing()) };
        let value = self.variable(name)?;
        if fields.is_empty() {
            self.no_arguments(operand, args, last.as_ref())?;
            return Ok(value);
        }
        self.fields(dot, value, operand, fields, args, last)
    }

    fn chain(
        &mut self,
        dot: &Evaluated,
        operand: &'t Operand,
        inner: &'t Operand,
        names: &'t [Arc<str>],
        args: &'t [Operand],
        last: Option<Evaluated>,
    ) -> Executed<Evaluated> {
        self.place = Some(Place::Operand(operand));
        let receiver = self.operand(dot, inner)?;
        // The place stays where the inner operand left it, as in Go.
        self.fields_of(dot, receiver, operand, names, args, last)
    }

    /// Fields one after the other; the last may be a method with arguments.
    fn fields(
        &mut self,
        dot: &Evaluated,
        receiver: Evaluated,
        operand: &'t Operand,
        names: &'t [Arc<str>],
        args: &'t [Operand],
        last: Option<Evaluated>,
    ) -> Executed<Evaluated> {
        self.place = Some(Place::Operand(operand));
        self.fields_of(dot, receiver, operand, names, args, last)
    }

    fn fields_of(
        &mut self,
        dot: &Evaluated,
        mut receiver: Evaluated,
        operand: &'t Operand,
        names: &'t [Arc<str>],
        args: &'t [Operand],
        last: Option<Evaluated>,
    ) -> Executed<Evaluated> {
        let Some((name, before)) = names.split_last() else { return Ok(receiver) };
        for name in before {
            receiver = self.field(dot, receiver, operand, name, &[], None)?;
        }
        self.field(dot, receiver, operand, name, args, last)
    }

    /// A method of a value, a field of a struct, or an entry of a map.
    fn field(
        &mut self,
        dot: &Evaluated,
        receiver: Evaluated,
        operand: &'t Operand,
        name: &str,
        args: &'t [Operand],
        last: Option<Evaluated>,
    ) -> Executed<Evaluated> {
        self.step(1)?;
        if receiver.is_nothing() {
            if self.options.missing_key == MissingKey::Error {
                return self.fail(Kind::NilValue, format!("nil data; no entry for key {}", crate::utils::go::quote(name)));
            }
            return Ok(Evaluated::nothing());
        }
        if receiver.is_nil_interface() {
            return self.fail(Kind::NilValue, format!("nil pointer evaluating {}.{name}", receiver.go_type()));
        }
        if let Some(method) = methods::find(receiver.value(), name) {
            let parameters = Parameters { fixed: method.params, rest: method.rest };
            let mut values = vec![receiver.into_value()];
            for value in self.arguments(dot, parameters, name, args, last)? {
                values.push(value.into_value());
            }
            return self.call(method, Place::Operand(operand), &values);
        }
        let has_args = !args.is_empty() || last.is_some();
        match receiver.value() {
            Value::Struct(fields) => {
                if let Some(field) = fields.field(name) {
                    if has_args {
                        return self.fail(Kind::Arity, format!("{name} has arguments but cannot be invoked as function"));
                    }
                    return Ok(Evaluated::held_by(field.is_interface(), field.value().clone()));
                }
            }
            Value::Sample(sample) => {
                let value = match name {
                    "Labels" => Some(sample.labels().clone()),
                    "Value" => Some(Value::Float(sample.value())),
                    _ => None,
                };
                if let Some(value) = value {
                    if has_args {
                        return self.fail(Kind::Arity, format!("{name} has arguments but cannot be invoked as function"));
                    }
                    return Ok(Evaluated::plain(value));
                }
            }
            Value::Map(map) => {
                if has_args {
                    return self.fail(Kind::Arity, format!("{name} is not a method but has arguments"));
                }
                let is_interface = map.kind() == MapKind::Any;
                return match (map.entries().get(name), self.options.missing_key) {
                    (Some(value), _) => Ok(Evaluated::held_by(is_interface, value.clone())),
                    (None, MissingKey::Invalid) => Ok(Evaluated::nothing()),
                    (None, MissingKey::Zero) => Ok(zero_entry(map.kind())),
                    (None, MissingKey::Error) => {
                        self.fail(Kind::NoField, format!("map has no entry for key {}", crate::utils::go::quote(name)))
                    }
                };
            }
            _ => {}
        }
        self.fail(Kind::NoField, format!("can't evaluate field {name} in type {}", receiver.go_type()))
    }

    fn function(
        &mut self,
        dot: &Evaluated,
        operand: &'t Operand,
        name: &str,
        place: Place<'t>,
        args: &'t [Operand],
        last: Option<Evaluated>,
    ) -> Executed<Evaluated> {
        self.place = Some(Place::Operand(operand));
        // A function of the set hides one of Go's own.
        if let Some(function) = self.options.functions.function(name) {
            let parameters = Parameters { fixed: function.params, rest: function.rest };
            let values = self.arguments(dot, parameters, name, args, last)?;
            let nil_sample = values
                .iter()
                .enumerate()
                .any(|(index, value)| parameters.kind(index) == ArgKind::Sample && matches!(value.value(), Value::Nil));
            if nil_sample {
                self.place = Some(place);
                let message = format!("error calling {name}: runtime error: invalid memory address or nil pointer dereference");
                return self.fail(Kind::NilValue, message);
            }
            let values: Vec<Value> = values.into_iter().map(Evaluated::into_value).collect();
            return self.call(function, place, &values);
        }
        let Some(builtin) = builtins::find(name) else {
            return self.fail(Kind::UndefinedFunction, format!("{} is not a defined function", crate::utils::go::quote(name)));
        };
        let parameters = Parameters { fixed: builtin.params, rest: builtin.rest };
        if let Some(stop) = builtin.stops_at {
            return self.short_circuit(dot, builtin, stop, args, last);
        }
        let values = self.arguments(dot, parameters, name, args, last)?;
        let callee = match (args.first(), values.first().map(Evaluated::value)) {
            (Some(operand), _) => operand.to_string(),
            (None, Some(Value::String(text))) => text.to_string(),
            (None, value) => format!("<{} Value>", value.map_or("invalid", Value::go_type)),
        };
        (builtin.body)(&values, &callee, &mut self.budget).map_err(|error| {
            self.place = Some(place);
            self.call_error(name, error)
        })
    }

    /// `and` and `or`: the first argument that decides, or the last.
    fn short_circuit(
        &mut self,
        dot: &Evaluated,
        builtin: &Builtin,
        stop: bool,
        args: &'t [Operand],
        last: Option<Evaluated>,
    ) -> Executed<Evaluated> {
        self.check_arity(Parameters { fixed: builtin.params, rest: builtin.rest }, builtin.name, args.len(), last.is_some())?;
        let mut value = Evaluated::nothing();
        for arg in args {
            value = self.argument(dot, ArgKind::Raw, arg)?;
            if value.value().is_true() == stop {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    fn call(&mut self, function: &Function, place: Place<'t>, values: &[Value]) -> Executed<Evaluated> {
        let mut call = Call { data: self.data, budget: &mut self.budget };
        match (function.body)(&mut call, values) {
            Ok(value) => Ok(Evaluated::plain(value)),
            Err(error) => {
                self.place = Some(place);
                Err(self.call_error(function.name, error))
            }
        }
    }

    fn check_arity(&self, parameters: Parameters, name: &str, given: usize, has_last: bool) -> Executed<()> {
        let count = given + usize::from(has_last);
        let want = parameters.fixed.len();
        if parameters.rest.is_some() {
            if count < want {
                return self.fail(Kind::Arity, format!("wrong number of args for {name}: want at least {want} got {given}"));
            }
        } else if count != want {
            return self.fail(Kind::Arity, format!("wrong number of args for {name}: want {want} got {count}"));
        }
        Ok(())
    }

    /// The values of the arguments, of the types of the parameters.
    fn arguments(
        &mut self,
        dot: &Evaluated,
        parameters: Parameters,
        name: &str,
        args: &'t [Operand],
        last: Option<Evaluated>,
    ) -> Executed<Vec<Evaluated>> {
        self.step(1)?;
        self.check_arity(parameters, name, args.len(), last.is_some())?;
        let mut values = Vec::with_capacity(args.len() + 1);
        for (index, arg) in args.iter().enumerate() {
            values.push(self.argument(dot, parameters.kind(index), arg)?);
        }
        if let Some(last) = last {
            let kind = parameters.kind(args.len());
            self.step(reading_steps(last.value().as_str().unwrap_or_default()))?;
            values.push(self.typed(last, kind)?);
        }
        Ok(values)
    }

    fn typed(&self, value: Evaluated, kind: ArgKind) -> Executed<Evaluated> {
        value.for_parameter(kind).or_else(|message| self.fail(Kind::WrongType, message))
    }

    /// The value of an argument, of the type of its parameter. What is called reads it, so a long text takes steps.
    fn argument(&mut self, dot: &Evaluated, kind: ArgKind, operand: &'t Operand) -> Executed<Evaluated> {
        let value = self.argument_value(dot, kind, operand)?;
        self.step(1 + reading_steps(value.value().as_str().unwrap_or_default()))?;
        Ok(value)
    }

    /// The value of an argument: a constant takes the parameter's type.
    fn argument_value(&mut self, dot: &Evaluated, kind: ArgKind, operand: &'t Operand) -> Executed<Evaluated> {
        self.place = Some(Place::Operand(operand));
        match (&operand.term, kind) {
            (Term::Nil, _) => match nil_for(kind) {
                Some(nil) => Ok(nil),
                None => self.fail(Kind::NilValue, format!("cannot assign nil to {}", kind.go_type())),
            },
            (Term::Bool(_) | Term::Number(_) | Term::String { .. }, ArgKind::Any | ArgKind::Raw) => self.literal(operand),
            (Term::String { .. }, ArgKind::String) => self.literal(operand),
            (Term::Number(number), ArgKind::Duration) if number.int.is_some() => {
                Ok(Evaluated::plain(Value::Duration(number.int.unwrap_or_default())))
            }
            (Term::Bool(_) | Term::Number(_) | Term::String { .. }, _) => self.fail(Kind::WrongType, unfit_literal(operand, kind)),
            _ => {
                let value = self.operand(dot, operand)?;
                self.typed(value, kind)
            }
        }
    }

    /// The value of an operand that is no literal.
    fn operand(&mut self, dot: &Evaluated, operand: &'t Operand) -> Executed<Evaluated> {
        self.place = Some(Place::Operand(operand));
        match &operand.term {
            Term::Dot => Ok(dot.clone()),
            Term::Field(names) => self.fields(dot, dot.clone(), operand, names, &[], None),
            Term::Variable(names) => self.variable_operand(dot, operand, names, &[], None),
            Term::Pipe(pipe) => self.pipeline(dot, pipe),
            Term::Function(name) => self.function(dot, operand, name, Place::Operand(operand), &[], None),
            Term::Chain(inner, names) => self.chain(dot, operand, inner, names, &[], None),
            Term::Nil | Term::Bool(_) | Term::Number(_) | Term::String { .. } => self.literal(operand),
        }
    }
}

/// What a missing key reads as with [`MissingKey::Zero`].
pub(super) fn zero_entry(kind: MapKind) -> Evaluated {
    match kind {
        MapKind::Any => Evaluated::interface(Value::Nil),
        MapKind::Strings | MapKind::KeyValues => Evaluated::plain(Value::from("")),
    }
}

/// Go's message about a constant that does not have the type of its parameter.
pub(super) fn unfit_literal(operand: &Operand, kind: ArgKind) -> String {
    match kind {
        ArgKind::String => format!("expected string; found {operand}"),
        ArgKind::Duration => format!("expected integer; found {operand}"),
        _ => format!("can't handle {operand} for arg of type {}", kind.go_type()),
    }
}
